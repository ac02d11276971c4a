/**
 * The one source of settings: defaults, checks, documentation and error messages come from this schema.
 * It owns what a setting means. It refuses to read files or the environment: `load.ts` does.
 */
import { z } from 'zod';
import { adobeId, claimName, duration, httpUrl, origin, port, slug } from './values.ts';

const listener = (defaultPort: number, defaultHost: string) =>
  z.strictObject({ host: z.string().default(defaultHost), port: port.default(defaultPort) });

const emailTrust = z
  .union([
    z.enum(['never', 'verifiedClaim']),
    z.strictObject({ authoritativeDomains: z.array(z.string().toLowerCase()).min(1) }),
  ])
  .describe(
    'When this provider counts as authoritative for an address, so that accounts may be linked by it',
  );

const client = {
  id: slug,
  label: z.string().min(1).max(60).describe('What the sign-in button says'),
  clientId: z.string().min(1).describe('What the gateway is called at the provider'),
  clientSecret: z.string().min(1).optional(),
  scopes: z.array(z.string()).optional(),
};

const oidcProvider = z.strictObject({
  ...client,
  kind: z.literal('oidc'),
  issuer: httpUrl,
  issuerAliases: z.array(z.string()).default([]),
  clientAuthentication: z
    .enum(['client_secret_basic', 'client_secret_post', 'none'])
    .default('client_secret_basic'),
  signingAlgorithm: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']).default('RS256'),
  authorizedParties: z.array(z.string()).default([]).describe('Values of azp accepted beside the client id'),
  emailTrust: emailTrust.default('never'),
});

const googleProvider = z.strictObject({
  ...client,
  kind: z.literal('google'),
  issuer: httpUrl.default('https://accounts.google.com'),
  authorizedParties: z
    .array(z.string())
    .default([])
    .describe('Other client ids of this project (Android, iOS)'),
});

const facebookProvider = z.strictObject({
  ...client,
  kind: z.literal('facebook'),
  clientSecret: z.string().min(1),
  webOrigin: origin.prefault('https://www.facebook.com'),
  graphOrigin: origin.prefault('https://graph.facebook.com'),
  graphVersion: z
    .string()
    .regex(/^v\d+\.\d+$/)
    .default('v23.0'),
});

export const identityProviderSchema = z.discriminatedUnion('kind', [
  oidcProvider,
  googleProvider,
  facebookProvider,
]);

const subject = z
  .discriminatedUnion('strategy', [
    z.strictObject({
      strategy: z.literal('account').describe('A keyed pseudonym of the account; the default'),
    }),
    z.strictObject({
      strategy: z
        .literal('claim')
        .describe("An id that the programmer's other backends know the viewer by already"),
      provider: slug.optional().describe('Whose claim it is; needed where a family has several providers'),
      claim: claimName.describe('`sub`, or a custom claim of the ID Token that never changes'),
      as: z.enum(['hashed', 'plain']).default('hashed').describe('Keyed hash within the family, or as it is'),
    }),
  ])
  .default({ strategy: 'account' });

export const familySchema = z.strictObject({
  id: slug,
  identityProviders: z.array(slug).min(1).describe('Who may say who a viewer of this family is'),
  linking: z
    .enum(['none', 'verifiedEmail'])
    .default('none')
    .describe('Whether identities with one address, proven at authoritative providers, are one account'),
  profilesPer: z
    .enum(['viewer', 'device'])
    .default('viewer')
    .describe('Whose TV-provider login is whose: each viewer on a device, or whoever holds the remote'),
  serviceToken: z.strictObject({
    issuer: z.string().min(1).describe('iss, byte for byte as agreed with Adobe'),
    audience: z.string().min(1).default('adobe').describe('aud, byte for byte as agreed with Adobe'),
    lifetime: duration('60s', '24h').prefault('1h'),
    subject,
  }),
});

const externalServiceToken = z.strictObject({
  issuer: z.string().min(1).max(255).describe('iss of the tokens, byte for byte'),
  audience: z.string().min(1).max(255).default('adobe').describe('aud of the tokens, byte for byte'),
  keys: z.union([
    z.strictObject({ jwks: httpUrl.describe('Where the identity service publishes its keys') }),
    z.strictObject({
      pem: z
        .array(z.string().min(1))
        .min(1)
        .max(10)
        .describe('Files with its public keys or certificates, one each'),
    }),
  ]),
  longestLifetime: duration('60s', '24h').prefault('24h').describe('Tokens that live longer are refused'),
  use: z
    .enum(['pass', 'exchange'])
    .describe('Send it on to Adobe unchanged, or send ours for the account that it names'),
  overViewer: z
    .boolean()
    .default(false)
    .describe('Whether it goes before the viewer who is signed in at the gateway'),
});

export const appSchema = z.strictObject({
  id: slug,
  name: z.string().min(1).max(60).describe('What the viewer reads when a device asks to be connected'),
  family: slug,
  serviceProviders: z.array(adobeId).min(1).describe('The service providers this app may name'),
  softwareStatement: z.string().min(1).describe("Adobe's software statement of this registered application"),
  redirectUris: z
    .array(z.string())
    .default([])
    .describe('Where a phone or web sign-in may return to; none for TVs'),
  corsOrigins: z.array(origin).prefault([]).describe('Web origins that may call from a browser'),
  externalServiceToken: externalServiceToken
    .optional()
    .describe('The AD-Service-Tokens of another identity service that this app may bring'),
});

/** A service that answers AWS KMS `Sign` and `GetPublicKey`. */
const keyManagement = z.strictObject({
  origin: origin.describe('Such as https://kms.eu-central-1.amazonaws.com'),
  region: z.string().regex(/^[a-z0-9-]+$/, 'must be a region such as eu-central-1'),
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().min(1).optional(),
  timeout: duration('100ms', '10s').prefault('2s').describe('One attempt; there are two at most'),
});

export const configSchema = z.strictObject({
  production: z.boolean().default(false).describe('Refuse to start with settings that are for development'),
  publicOrigin: origin
    .prefault('http://localhost:8080')
    .describe('What apps and browsers call the gateway; the issuer'),
  public: listener(8080, '0.0.0.0').prefault({}),
  admin: listener(8081, '127.0.0.1').prefault({}),
  trustedProxies: z
    .array(z.string())
    .default([])
    .describe('Addresses and networks (CIDR) whose X-Forwarded-For is believed'),
  insecureHttp: z
    .boolean()
    .default(false)
    .describe('Allow plain http for public origin, Adobe and providers'),
  keys: z
    .strictObject({
      directory: z.string().default('keys').describe('Where keys and secrets lie, each file 0600'),
      passphrase: z
        .string()
        .min(1)
        .optional()
        .describe('Opens the private keys of service tokens; new ones are put under it'),
      warnAfter: duration('1d', '3650d')
        .prefault('365d')
        .describe('The age at which the signing key is reported in logs and readiness'),
      kms: keyManagement.optional().describe('Signs with keys that never leave it (AWS KMS)'),
    })
    .prefault({}),
  store: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('sqlite'), file: z.string().default('.data/kinpass.db') }),
      z.strictObject({ kind: z.literal('memory') }),
    ])
    .default({ kind: 'sqlite', file: '.data/kinpass.db' }),
  log: z
    .strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') })
    .prefault({}),
  adobe: z
    .strictObject({
      origin: origin.prefault('https://sp.auth.adobe.com'),
      strictHeaderTable: z
        .boolean()
        .default(false)
        .describe('Send device headers only where the reference pages list them'),
      connectTimeout: duration('100ms', '30s').prefault('2s'),
      timeout: duration('500ms', '60s').prefault('10s').describe('A whole call, repeats included'),
      throttle: z
        .strictObject({
          perSecond: z.number().positive().max(1000).default(1).describe('Calls per device address'),
          burst: z.number().int().positive().max(1000).default(10),
          longestWait: duration('0ms', '30s')
            .prefault('5s')
            .describe('How long a call may wait for its turn'),
        })
        .prefault({}),
    })
    .prefault({}),
  signIn: z
    .strictObject({
      deviceCodeLifetime: duration('60s', '10m').prefault('10m'),
      pollingInterval: duration('0s', '60s')
        .prefault('5s')
        .describe('RFC 8628 interval; quicker polls are told to slow down'),
      accessTokenLifetime: duration('60s', '24h').prefault('1h'),
      refreshTokenLifetime: duration('1h', '400d').prefault('180d'),
      clientTokenLifetime: duration('60s', '24h').prefault('6h'),
    })
    .prefault({}),
  identityProviders: z.array(identityProviderSchema).min(1),
  families: z.array(familySchema).min(1),
  apps: z.array(appSchema).min(1),
});

export type ConfigInput = z.input<typeof configSchema>;
export type Config = z.output<typeof configSchema>;
export type AppConfig = z.output<typeof appSchema>;
export type FamilyConfig = z.output<typeof familySchema>;
export type KeySettings = Config['keys'];
export type IdentityProviderConfig = z.output<typeof identityProviderSchema>;
