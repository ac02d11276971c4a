import type { FamilyConfig, IdentityProviderConfig } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { Check } from '../check.ts';
import { mapTexts } from '../outcome-texts.ts';
import { adviceFor, productOf } from './advice.ts';
import * as authorization from './authorization-checks.ts';
import type { CheckedProvider, MakeCheck } from './checked-provider.ts';
import * as claims from './claims.ts';
import { clock } from './clock.ts';
import * as document from './discovery.ts';
import * as address from './endpoints.ts';
import { createEvidence } from './evidence.ts';
import * as facebook from './facebook.ts';
import * as flow from './flow.ts';
import * as google from './google.ts';
import * as key from './keys.ts';
import { settingsOf } from './settings.ts';
import * as signIn from './sign-in.ts';
import * as token from './token-checks.ts';

type Kind = IdentityProviderConfig['kind'];

const found: readonly MakeCheck[] = [document.discovery, document.issuer, document.latency, clock];

const openId: readonly MakeCheck[] = [
  document.metadata,
  address.endpoints,
  address.otherEndpoints,
  flow.responseType,
  flow.grantType,
  flow.responseMode,
  flow.plainRequest,
  flow.pkce,
  flow.scopes,
  authorization.authorizationEndpoint,
  authorization.clientId,
  authorization.redirectUri,
  authorization.authorizationRequest,
  authorization.state,
  authorization.responseIssuer,
  token.tokenEndpoint,
  flow.authMethod,
  token.clientAuthentication,
  key.signingAlgorithm,
];

const keys: readonly MakeCheck[] = [
  key.jwks,
  key.signingKey,
  key.keyStrength,
  key.keyIds,
  key.keyPrivacy,
  key.keyUse,
  key.jwksCache,
];

const viewers: readonly MakeCheck[] = [
  signIn.prompt,
  signIn.authTime,
  claims.emailClaims,
  claims.subjectClaim,
  claims.subjectType,
];

/** In the order of a sign-in. */
const providerChecks: Readonly<Record<Kind, readonly MakeCheck[]>> = {
  oidc: [...found, document.aliases, ...openId, ...keys, ...viewers, claims.emailDomains, address.logout],
  google: [...found, google.googleClientId, ...openId, ...keys, ...viewers],
  facebook: [...found, facebook.graphVersion, facebook.appSecret, ...keys],
};

interface Input {
  readonly config: IdentityProviderConfig;
  readonly families: readonly FamilyConfig[];
  readonly publicOrigin: string;
  readonly insecureHttp: boolean;
}

interface Deps {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly ids: Pick<Ids, 'secret'>;
}

/** The checks of one configured provider. They share what the provider answers: make new ones for each run. */
export const createProviderChecks = (
  { config, families, publicOrigin, insecureHttp }: Input,
  deps: Deps,
): readonly Check[] => {
  const settings = settingsOf(config, publicOrigin);
  const evidence = createEvidence(settings, { ...deps, insecureHttp });
  const provider: CheckedProvider = {
    settings,
    insecureHttp,
    evidence,
    advice: async (topic) => adviceFor(topic, productOf(settings.issuer, await evidence.metadata())),
    families: families.filter(({ identityProviders }) => identityProviders.includes(config.id)),
  };
  return providerChecks[config.kind].map((make) => withoutSecret(make(provider), config.clientSecret));
};

/** A provider may send back the client secret, as it stands in the settings or as the request had it (RFC 6749 §2.3.1). */
const withoutSecret = (check: Check, secret: string | undefined): Check => {
  if (secret === undefined) return check;
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  const hidden = (text: string) =>
    [secret, encodeURIComponent(secret), inForm]
      .reduce((found, spelling) => found.replaceAll(spelling, '[secret]'), text)
      .replaceAll(/\bBasic [\w+/]+=*/gi, 'Basic [secret]');
  return { ...check, run: async (signal) => mapTexts(await check.run(signal), hidden) };
};
