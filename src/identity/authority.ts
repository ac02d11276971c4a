import type { IdentityProviderConfig } from '#src/config/schema';
import { normalizeDomain } from './email.ts';

/** What a provider says about an address. */
export interface AddressClaims {
  readonly email_verified?: boolean | undefined;
  readonly hd?: string | undefined;
}

/** By which rules a provider is authoritative for addresses, as short texts that name the provider. */
export interface Authority {
  readonly rules: readonly string[];
  /** The rule that makes it authoritative for an address of this domain; null if there is none. */
  ruleFor(domain: string, claims: AddressClaims): string | null;
}

/**
 * An address may link accounts only if the provider is authoritative for it. A rule that was true at a sign-in is
 * stored with the identity; it still holds if the provider's rules of today include it. Rules name the issuer: a
 * provider that points elsewhere has other rules, and nothing that the old one said links any more.
 */
export const authorityOf = (config: IdentityProviderConfig): Authority => {
  switch (config.kind) {
    case 'oidc':
      return byTrust(config.emailTrust, (rule) => `${config.id} ${config.issuer} ${rule}`);
    case 'google':
      return byGoogle((rule) => `${config.id} ${config.issuer} ${rule}`);
    case 'facebook':
      // Facebook does not say whether an address is verified.
      return nothing;
  }
};

const nothing: Authority = { rules: [], ruleFor: () => null };

type EmailTrust = Extract<IdentityProviderConfig, { kind: 'oidc' }>['emailTrust'];
type NameRule = (rule: string) => string;

/** Never without `email_verified: true`: anybody can enter an unverified address. */
const byTrust = (trust: EmailTrust, name: NameRule): Authority => {
  if (trust === 'never') return nothing;
  if (trust === 'verifiedClaim') {
    const rule = name('verifiedClaim');
    return { rules: [rule], ruleFor: (_, { email_verified }) => (email_verified === true ? rule : null) };
  }
  const rules = new Map(
    trust.authoritativeDomains
      .map(normalizeDomain)
      .filter((domain) => domain !== undefined)
      .map((domain) => [domain, name(`domain=${domain}`)]),
  );
  return {
    rules: [...rules.values()],
    ruleFor: (domain, { email_verified }) => (email_verified === true ? (rules.get(domain) ?? null) : null),
  };
};

const ownDomains = new Set(['gmail.com', 'googlemail.com']);

/**
 * Google is authoritative for its own mailboxes and those of a Workspace; any other verified address may have changed
 * hands since (https://developers.google.com/identity/gsi/web/guides/verify-google-id-token).
 */
const byGoogle = (name: NameRule): Authority => {
  const [ownMailbox, workspace] = [name('own-mailbox'), name('workspace')];
  return {
    rules: [ownMailbox, workspace],
    ruleFor: (domain, { email_verified, hd }) => {
      if (ownDomains.has(domain)) return email_verified === false ? null : ownMailbox;
      const isWorkspace = email_verified === true && hd !== undefined && normalizeDomain(hd) === domain;
      return isWorkspace ? workspace : null;
    },
  };
};
