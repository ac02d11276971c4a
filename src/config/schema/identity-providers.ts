import { z } from 'zod';
import { duration, httpUrl, origin, readableFile, secretText, slug, text, viewerText } from '../values.ts';

const emailTrust = z
  .union([
    z.enum(['never', 'verifiedClaim']),
    z.strictObject({
      authoritativeDomains: z
        .array(text.toLowerCase())
        .min(1)
        .describe('Domains whose mailboxes this provider gives out'),
    }),
  ])
  .describe('When this provider is authoritative for an address, so that accounts may be linked by it');

const client = {
  id: slug.describe('Part of its redirect URI, `<publicOrigin>/callback/<id>`'),
  label: viewerText.describe('Name on the sign-in button'),
  logo: readableFile.optional().describe('Mark on the sign-in button: SVG, PNG or WebP, up to 256 KiB'),
  clientId: text.describe("The gateway's client id at the provider"),
  clientSecret: secretText.optional().describe("The gateway's secret at the provider"),
  scopes: z.array(text).optional().describe('Scopes to ask for; openid must be among them'),
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
  kind: z.literal('oidc').describe('Any OpenID Provider, your own accounts for example'),
  issuer: httpUrl.describe('iss of its ID Tokens, exact match; its metadata is found below it'),
  issuerAliases: z.array(text).default([]).describe('Other spellings of iss that are accepted'),
  clientAuthentication: z
    .enum(['client_secret_basic', 'client_secret_post', 'none'])
    .default('client_secret_basic')
    .describe('How the gateway authenticates at the token endpoint'),
  signingAlgorithm: z
    .enum(['RS256', 'PS256', 'ES256', 'EdDSA'])
    .default('RS256')
    .describe('Signature algorithm of its ID Tokens; others are refused'),
  authorizedParties: z
    .array(text)
    .default([])
    .describe('Accepted values of azp in addition to the client id'),
  trustedAudiences: z
    .array(text)
    .default([])
    .describe('Audiences that an ID Token may name beside the client id; others are refused'),
  requirePkce: z
    .boolean()
    .default(false)
    .describe('Refuse a provider whose metadata does not list PKCE with S256; it is sent in any case'),
  returnsAfterLogout: z
    .boolean()
    .default(false)
    .describe(
      'Whether `<publicOrigin>/signed-out` is registered at the provider as a post-logout redirect URI; if not, viewers stay on its page after a logout there',
    ),
  emailTrust: emailTrust.default('never'),
});

const googleProvider = z.strictObject({
  ...client,
  kind: z.literal('google').describe('Google Sign-In'),
  issuer: httpUrl.default('https://accounts.google.com').describe('iss of its ID Tokens'),
  authorizedParties: z.array(text).default([]).describe('Other client ids of this project (Android, iOS)'),
});

const facebookProvider = z.strictObject({
  ...client,
  kind: z.literal('facebook').describe('Facebook Login'),
  clientSecret: secretText.describe('The app secret'),
  webOrigin: origin.prefault('https://www.facebook.com').describe('Where viewers sign in'),
  graphOrigin: origin.prefault('https://graph.facebook.com').describe('The Graph API'),
  graphVersion: z
    .string()
    .regex(/^v\d+\.\d+$/, 'must be a version such as v23.0')
    .default('v23.0')
    .describe('Version of the Graph API'),
});

export const identityProviderSchema = z.discriminatedUnion('kind', [
  oidcProvider,
  googleProvider,
  facebookProvider,
]);

export type IdentityProviderConfig = z.output<typeof identityProviderSchema>;
