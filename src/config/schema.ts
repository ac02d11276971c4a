/**
 * Settings and the files of the keys folder. This folder owns what a setting means (defaults, checks and documentation
 * all come from this schema), where it comes from, and how secrets are kept on disk. It must not know what the
 * settings are used for.
 */
import { z } from 'zod';
import { adobeId, appScheme, claimName, domain, duration, httpUrl, origin, port, slug } from './values.ts';

const listener = (defaultPort: number, defaultHost: string) =>
  z.strictObject({ host: z.string().default(defaultHost), port: port.default(defaultPort) });

const emailTrust = z
  .union([
    z.enum(['never', 'verifiedClaim']),
    z.strictObject({ authoritativeDomains: z.array(z.string().toLowerCase()).min(1) }),
  ])
  .describe('When this provider is authoritative for an address, so that accounts may be linked by it');

const client = {
  id: slug,
  label: z.string().min(1).max(60).describe('Name on the sign-in button'),
  clientId: z.string().min(1).describe("The gateway's client id at the provider"),
  clientSecret: z.string().min(1).optional(),
  scopes: z.array(z.string()).optional(),
  clockTolerance: duration('0s', '5m')
    .prefault('30s')
    .describe("How far the provider's clock may differ from ours"),
  maxIdTokenLength: z
    .number()
    .int()
    .min(2_048)
    .max(131_072)
    .default(16_384)
    .describe('Characters of an ID Token; longer ones are refused'),
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
  authorizedParties: z
    .array(z.string())
    .default([])
    .describe('Accepted values of azp in addition to the client id'),
  trustedAudiences: z
    .array(z.string())
    .default([])
    .describe('Audiences that an ID Token may name beside the client id; others are refused'),
  requirePkce: z
    .boolean()
    .default(false)
    .describe('Refuse a provider whose metadata does not list PKCE with S256; it is sent in any case'),
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
        .describe("An id by which the programmer's other backends already know the viewer"),
      provider: slug
        .optional()
        .describe('Provider of the claim; required if the family has several providers'),
      claim: claimName.describe('`sub`, or a custom claim of the ID Token that never changes'),
      as: z
        .enum(['hashed', 'plain'])
        .default('hashed')
        .describe('Keyed hash within the family, or unchanged'),
    }),
  ])
  .default({ strategy: 'account' });

export const familySchema = z.strictObject({
  id: slug,
  identityProviders: z.array(slug).min(1).describe('Providers that viewers of this family can sign in with'),
  linking: z
    .enum(['none', 'verifiedEmail'])
    .default('none')
    .describe(
      'Whether identities with the same address, verified by authoritative providers, share an account',
    ),
  linkingMaxAge: duration('1m', '400d')
    .prefault('30d')
    .describe('An address that was verified longer ago links no other identity: it may have changed hands'),
  profilesPer: z
    .enum(['viewer', 'device'])
    .default('viewer')
    .describe(
      'Who a TV-provider login belongs to: each viewer of a device separately, or everybody who uses the device',
    ),
  serviceToken: z.strictObject({
    issuer: z.string().min(1).describe('iss, exactly as agreed with Adobe'),
    audience: z.string().min(1).default('adobe').describe('aud, exactly as agreed with Adobe'),
    lifetime: duration('60s', '24h').prefault('1h'),
    subject,
  }),
});

const externalServiceToken = z.strictObject({
  issuer: z.string().min(1).max(255).describe('iss of the tokens, exact match'),
  audience: z.string().min(1).max(255).default('adobe').describe('aud of the tokens, exact match'),
  keys: z.union([
    z.strictObject({ jwks: httpUrl.describe("URL of the identity service's public keys") }),
    z.strictObject({
      pem: z
        .array(z.string().min(1))
        .min(1)
        .max(10)
        .describe('Files with its public keys or certificates, one per file'),
    }),
  ]),
  longestLifetime: duration('60s', '24h')
    .prefault('24h')
    .describe('Tokens with a longer lifetime are rejected'),
  use: z
    .enum(['pass', 'exchange'])
    .describe(
      "Forward the token to Adobe unchanged, or replace it with the gateway's token for the same account",
    ),
  overViewer: z
    .boolean()
    .default(false)
    .describe('Whether it takes precedence over the viewer signed in at the gateway'),
});

export const appSchema = z.strictObject({
  id: slug,
  name: z.string().min(1).max(60).describe('Name shown to viewers'),
  family: slug,
  serviceProviders: z.array(adobeId).min(1).describe('Service providers that this app may use'),
  softwareStatement: z.string().min(1).describe("Adobe's software statement of this registered application"),
  redirectUris: z
    .array(z.string())
    .default([])
    .describe('Where sign-in on a phone or the web may return to; empty for TVs'),
  postLogoutRedirectUris: z
    .array(z.string())
    .default([])
    .describe('Where RP-initiated sign-out may return to, exact match'),
  corsOrigins: z.array(origin).prefault([]).describe('Web origins that may call the gateway from a browser'),
  redirectDomains: z
    .array(domain)
    .default([])
    .describe('Domains, with their subdomains, that redirectUrl of REST V2 may have; empty for any'),
  redirectSchemes: z
    .array(appScheme)
    .default([])
    .describe('Custom schemes that redirectUrl of REST V2 may have, such as com.example.app'),
  externalServiceToken: externalServiceToken
    .optional()
    .describe('AD-Service-Tokens of another identity service that this app may send'),
});

/** The defaults suffice for the subscribers who share an address of a carrier. */
const sourceLimit = (what: string) =>
  z
    .strictObject({
      count: z
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .default(500)
        .describe(`${what} that one IPv4 address, or one /64 of IPv6, may start in a window`),
      window: duration('1s', '1d').prefault('10m'),
    })
    .prefault({});

/** A service that implements the operations `Sign` and `GetPublicKey` of AWS KMS. */
const keyManagement = z.strictObject({
  origin: origin.describe('For example https://kms.eu-central-1.amazonaws.com'),
  region: z.string().regex(/^[a-z0-9-]+$/, 'must be a region such as eu-central-1'),
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().min(1).optional(),
  timeout: duration('100ms', '10s').prefault('2s').describe('Per attempt; there are at most two'),
});

export const configSchema = z.strictObject({
  production: z.boolean().default(false).describe('Refuse to start with settings meant for development'),
  publicOrigin: origin
    .prefault('http://localhost:8080')
    .describe('Origin at which apps and browsers reach the gateway; also its issuer'),
  public: listener(8080, '0.0.0.0').prefault({}),
  admin: listener(8081, '127.0.0.1')
    .extend({
      allowedHosts: z
        .array(z.string().min(1).toLowerCase())
        .default(['localhost', '127.0.0.1', '::1'])
        .describe(
          'Names, without port, under which the admin listener is reached, besides `admin.host` and the address of the connection',
        ),
      token: z
        .string()
        .regex(/^[A-Za-z0-9._~+/-]{16,}=*$/, 'must be at least 16 letters, digits or any of . _ ~ + / -')
        .optional()
        .describe('Bearer token that every request but `/livez` and `/readyz` must have'),
    })
    .prefault({}),
  trustedProxies: z
    .array(z.string())
    .default([])
    .describe('Addresses and networks (CIDR) whose X-Forwarded-For is trusted'),
  insecureHttp: z
    .boolean()
    .default(false)
    .describe('Allow plain http for the public origin, Adobe and identity providers'),
  keys: z
    .strictObject({
      directory: z.string().default('keys').describe('Folder of keys and secrets; each file has mode 0600'),
      passphrase: z
        .string()
        .min(1)
        .optional()
        .describe('Decrypts the private keys of service tokens, and encrypts new ones'),
      warnAfter: duration('1d', '3650d')
        .prefault('365d')
        .describe('Age at which the signing key is reported in logs and readiness'),
      kms: keyManagement
        .optional()
        .describe('Key management service that signs service tokens with its own keys (AWS KMS)'),
    })
    .prefault({}),
  store: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('sqlite'), file: z.string().default('.data/kinpass.db') }),
      z.strictObject({ kind: z.literal('memory') }),
    ])
    .default({ kind: 'sqlite', file: '.data/kinpass.db' }),
  sweep: z
    .strictObject({
      interval: duration('1s', '1d')
        .prefault('1m')
        .describe('How often what has had its time is removed from the store'),
      unusedInstanceLifetime: duration('1d', '3650d')
        .prefault('30d')
        .describe('Age at which an instance that never got Adobe credentials, and is not used, is removed'),
    })
    .prefault({}),
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
      timeout: duration('500ms', '60s').prefault('10s').describe('Per call, retries included'),
      throttle: z
        .strictObject({
          perSecond: z
            .number()
            .positive()
            .max(1000)
            .default(1)
            .describe('Calls per device address and second'),
          burst: z.number().int().positive().max(1000).default(10),
          longestWait: duration('0ms', '30s')
            .prefault('5s')
            .describe('Max time that a call waits for the rate limiter'),
        })
        .prefault({}),
    })
    .prefault({}),
  signIn: z
    .strictObject({
      deviceCodeLifetime: duration('60s', '10m').prefault('10m'),
      pollingInterval: duration('0s', '60s')
        .prefault('5s')
        .describe('RFC 8628 interval; faster polls get slow_down'),
      accessTokenLifetime: duration('60s', '24h').prefault('1h'),
      refreshTokenLifetime: duration('1h', '400d')
        .prefault('180d')
        .describe('A sign-in ends when its app asks for no new tokens for this long'),
      signInLifetime: duration('1h', '3650d')
        .prefault('400d')
        .describe(
          'A sign-in ends this long after the identity provider proved who the viewer is, however much it is used',
        ),
      sessionIdleLifetime: duration('60s', '400d')
        .prefault('14d')
        .describe("A browser's session ends when it is not used for this long"),
      sessionLifetime: duration('60s', '400d')
        .prefault('90d')
        .describe(
          "A browser's session ends this long after the identity provider proved who the viewer is, however much it is used",
        ),
      lostAnswerLifetime: duration('0s', '7d')
        .prefault('24h')
        .describe('How long a token answer that was lost is given again, unless its tokens were used'),
      clientTokenLifetime: duration('60s', '24h').prefault('6h'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      registrations: sourceLimit('Registrations (`/o/client/register`)'),
      deviceAuthorizations: sourceLimit('Device authorizations (`/device/auth`)'),
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
