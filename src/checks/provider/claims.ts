import type { FamilyConfig } from '#src/config/schema';
import { authorityOf } from '#src/identity/authority';
import { normalizeDomain } from '#src/identity/email';
import { failed, ok, warning } from '../outcome.ts';
import type { CheckedProvider, MakeCheck } from './checked-provider.ts';
import { listOf } from './metadata.ts';

const needs = ['provider.discovery'];

export const emailClaims: MakeCheck = ({ settings, evidence, families, advice }) => ({
  id: 'provider.email-claims',
  question: 'Do ID Tokens hold the address by which accounts are linked?',
  needs,
  run: async () => {
    const linking = families.filter((family) => family.linking === 'verifiedEmail').map(({ id }) => id);
    if (linking.length === 0 || authorityOf(settings.config).rules.length === 0)
      return ok('No family links accounts by an address of this provider.');
    const facts = { families: linking };
    if (!settings.registration.scopes.includes('email'))
      return failed(
        'The scope email is not asked for, and accounts are linked by address.',
        'Add email to scopes.',
        facts,
      );
    const missing = missingClaims(
      ['email', 'email_verified'],
      listOf(await evidence.metadata(), 'claims_supported'),
    );
    if (missing === undefined) return ok('claims_supported has email and email_verified.', facts);
    return warning(
      missing,
      `Sign in once and see whether accounts are linked: the ID Token must hold email and email_verified: true.${await advice('email')}`,
      facts,
    );
  },
});

export const subjectClaim: MakeCheck = ({ settings: { config }, evidence, families }) => ({
  id: 'provider.subject-claim',
  question: 'Do ID Tokens hold the claim that subjects are made from?',
  needs,
  run: async () => {
    const claims = families.flatMap((family) => claimFrom(family, config.id) ?? []);
    if (claims.length === 0) return ok('No family makes subjects of a claim of this provider.');
    const facts = { claims };
    const missing = missingClaims(claims, listOf(await evidence.metadata(), 'claims_supported'));
    if (missing === undefined) return ok('claims_supported has it.', facts);
    return warning(
      missing,
      'Without the claim no service token is issued. Have the provider include it in ID Tokens for this client, and sign in once; the list need not be complete.',
      facts,
    );
  },
});

const claimFrom = ({ serviceToken: { subject }, identityProviders }: FamilyConfig, id: string) =>
  subject.strategy === 'claim' && (subject.provider ?? identityProviders[0]) === id
    ? subject.claim
    : undefined;

/** What is missing, as a sentence; undefined if nothing is. Every ID Token has a `sub`. */
const missingClaims = (
  wanted: readonly string[],
  known: readonly string[] | undefined,
): string | undefined => {
  const listed = wanted.filter((claim) => claim !== 'sub');
  if (listed.length === 0) return undefined;
  if (!known) return `The provider does not say which claims it has; needed: ${listed.join(', ')}.`;
  const missing = listed.filter((claim) => !known.includes(claim));
  return missing.length > 0 ? `claims_supported lacks ${missing.join(', ')}.` : undefined;
};

export const subjectType: MakeCheck = ({ evidence }) => ({
  id: 'provider.subject-type',
  question: 'Is sub the same for every client?',
  needs,
  run: async () => {
    const types = listOf(await evidence.metadata(), 'subject_types_supported');
    const facts = { subjectTypes: types ?? 'not published' };
    if (!types || types.includes('public'))
      return ok('sub is public, unless the client is registered as pairwise.', facts);
    return warning(
      'sub is pairwise: another for each client, or for each sector of redirect URIs.',
      'With a new client id, or a new host in the redirect URI, every viewer becomes a new account. Keep both; before a change, see docs/subjects.md. Entra ID: the claim oid is the same for all clients of a tenant.',
      facts,
    );
  },
});

/** Mailboxes that anybody can open. */
const publicMail = new Set(
  'gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com gmx.net gmx.de web.de proton.me protonmail.com mail.ru qq.com 163.com'.split(
    ' ',
  ),
);

export const emailDomains: MakeCheck = ({ settings }) => ({
  id: 'provider.email-domains',
  question: 'Are the domains of emailTrust valid, and none of them open to everybody?',
  run: async () => {
    const domains = trustedDomains(settings);
    if (domains.length === 0) return ok('emailTrust names no domains.');
    const facts = { domains, issuer: new URL(settings.issuer).hostname };
    const invalid = domains.filter((domain) => normalizeDomain(domain) === undefined);
    if (invalid.length > 0)
      return warning(
        `No address can have the domain ${invalid.join(', ')}.`,
        'Write mail domains without scheme, wildcard or @, such as viewers.example.',
        facts,
      );
    const open = domains.filter((domain) => publicMail.has(domain));
    if (open.length === 0) return ok('Every domain is valid, and none is a public mail service.', facts);
    return warning(
      `Anybody can have a mailbox at ${open.join(', ')}.`,
      'Anybody who can change an address at this provider could take over the account of a viewer with such an address. Trust a provider with the domains that it runs itself.',
      facts,
    );
  },
});

const trustedDomains = ({ config }: CheckedProvider['settings']): readonly string[] =>
  config.kind === 'oidc' && typeof config.emailTrust === 'object'
    ? config.emailTrust.authoritativeDomains
    : [];
