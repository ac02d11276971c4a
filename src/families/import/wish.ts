import { idIn } from '#src/adobe-pass/environment';
import type { AppConfig, Config, FamilyConfig, IdentityProviderConfig } from '#src/config/schema';
import { issuerIn } from '#src/identity/issuers';
import { fingerprint } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import type { IdentityKey } from '#src/stores/ports';
import type { AccountLine, CredentialsLine, ImportLine } from './line.ts';
import type { Refusal, RefusalCode } from './refusal.ts';

/** What a line asks for, in terms of the settings. */
export type Wish = AccountWish | CredentialsWish;

interface Said {
  readonly line: number;
  /** Equal for lines that say the same. */
  readonly digest: string;
}

export interface AccountWish extends Said {
  readonly kind: 'account';
  readonly family: string;
  readonly identities: readonly (IdentityKey & { readonly provider: string })[];
  readonly subject: string | undefined;
}

export interface CredentialsWish extends Said {
  readonly kind: 'credentials';
  readonly app: string;
  /** SHA-256 of the AP-Device-Identifier. */
  readonly device: string;
  readonly clientId: string;
  readonly secret: string;
  readonly secretHash: string;
  /** Of the pair: the client id with the environment of the app. */
  readonly pair: string;
  readonly viewer: IdentityKey | undefined;
}

type Settings = Pick<Config, 'apps' | 'families' | 'identityProviders'>;

const refuse = (code: RefusalCode, field: string): Refusal => ({ code, field });

/** Reads lines by the settings. Pure. */
export const createWishOf = ({ apps, families, identityProviders }: Settings) => {
  const familyOf = (id: string): FamilyConfig | undefined => families.find((family) => family.id === id);
  const providersOf = (family: FamilyConfig): IdentityProviderConfig[] =>
    identityProviders.filter(({ id }) => family.identityProviders.includes(id));

  const identityOf = (family: FamilyConfig, { issuer, subject }: { issuer: string; subject: string }) => {
    for (const provider of providersOf(family)) {
      const canonical = issuerIn(provider, issuer);
      if (canonical !== undefined)
        return { family: family.id, issuer: canonical, subject, provider: provider.id };
    }
    return undefined;
  };

  const account = (said: AccountLine, line: number): AccountWish | Refusal => {
    const family = familyOf(said.family);
    if (!family) return refuse('family_unknown', 'family');
    if (said.subject !== undefined && family.serviceToken.subject.strategy !== 'account')
      return refuse('subject_by_claim', 'subject');
    const found = said.identities.map((identity) => identityOf(family, identity));
    const identities = found.flatMap((identity) => identity ?? []);
    if (identities.length < found.length)
      return refuse('issuer_unknown', `identities.${found.indexOf(undefined)}.issuer`);
    const repeated = identities.findIndex(
      ({ issuer }, index) => identities.findIndex((other) => other.issuer === issuer) < index,
    );
    if (repeated !== -1) return refuse('identity_differs', `identities.${repeated}.issuer`);
    const spelled = identities.map(({ issuer, subject }) => compositeKey(issuer, subject)).sort();
    const digest = fingerprint(compositeKey('account', family.id, said.subject ?? '', ...spelled));
    return { kind: 'account', line, digest, family: family.id, identities, subject: said.subject };
  };

  const credentials = (said: CredentialsLine, line: number): CredentialsWish | Refusal => {
    const app = apps.find(({ id }) => id === said.app);
    const family = app && familyOf(app.family);
    if (!app || !family) return refuse('app_unknown', 'app');
    if (said.serviceProvider !== undefined && !app.serviceProviders.includes(said.serviceProvider))
      return refuse('service_provider_unknown', 'serviceProvider');
    if (said.viewer && family.profilesPer === 'device') return refuse('viewer_unused', 'viewer');
    const viewer = said.viewer && identityOf(family, said.viewer);
    if (said.viewer && !viewer) return refuse('issuer_unknown', 'viewer.issuer');
    // An app is a client of its own name.
    if (apps.some(({ id }) => id === said.clientId)) return refuse('credentials_taken', 'clientId');
    return { kind: 'credentials', line, ...pairOf(app, said), viewer: viewer && keyOf(viewer) };
  };

  return (said: ImportLine, line: number): Wish | Refusal =>
    said.type === 'account' ? account(said, line) : credentials(said, line);
};

const keyOf = ({ family, issuer, subject }: IdentityKey): IdentityKey => ({ family, issuer, subject });

const pairOf = (app: AppConfig, { device, clientId, clientSecret, viewer }: CredentialsLine) => {
  const who = viewer ? [viewer.issuer, viewer.subject] : [];
  return {
    digest: fingerprint(compositeKey('credentials', app.id, device, clientId, clientSecret, ...who)),
    app: app.id,
    device: fingerprint(device),
    clientId,
    secret: clientSecret,
    secretHash: fingerprint(clientSecret),
    pair: idIn(app.environment, clientId),
  };
};
