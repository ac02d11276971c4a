import { z } from 'zod';

const name = z.string().min(1);
/** Ids stand in paths and in JSON keys. */
export const id = z.string().regex(/^[\w.~-]+$/, 'letters, digits and . _ ~ -');
const email = z.email();

export const identityClient = z.strictObject({ clientId: name, clientSecret: name });

const homeConnection = z.strictObject({
  address: name.describe('IP address'),
  ports: z
    .tuple([z.int().min(1).max(65_535), z.int().min(1).max(65_535)])
    .exactOptional()
    .describe('First and last, where the address is shared'),
});

export const subscription = z.strictObject({
  mvpd: id,
  resources: z.array(name).describe('What the package holds'),
  username: name.exactOptional().describe('`<user>@<mvpd>.example`'),
  password: name.exactOptional().describe('`<user>-tv`'),
  userId: name.exactOptional().describe('What the MVPD calls the subscriber; made of MVPD and user'),
  householdId: name
    .exactOptional()
    .describe('Made of MVPD and user: name it to put users into one household'),
  zip: z.array(name).default(['77754', '12345']),
  maxTvRating: name.default('tv-ma'),
  maxMovieRating: name.default('nc-17'),
  home: z.array(homeConnection).exactOptional().describe("The household's own connections"),
});

const known = (what: string) => name.exactOptional().describe(what);
const address = email.exactOptional().describe('`<id>@<domain>`');

export const user = z.strictObject({
  id,
  name: known('The id'),
  password: known('At the identity providers: `<id>-password`'),
  dtc: z.strictObject({ subject: known('`dtc-<id>`'), email: address }).default({}),
  google: z
    .strictObject({
      subject: known('Digits made of the id'),
      email: address,
      hostedDomain: known('The domain'),
    })
    .default({}),
  facebook: z.strictObject({ id: known('Digits made of the id'), email: address }).default({}),
  apple: z
    .strictObject({
      subject: known('Made of the id'),
      email: address,
      relayEmail: email.exactOptional().describe('Made of the id'),
      hidesEmail: z.boolean().default(false),
    })
    .default({ hidesEmail: false }),
  subscriptions: z.array(subscription).default([]),
});

const saml = z.strictObject({
  protocol: z.literal('saml'),
  requestBinding: z.enum(['redirect', 'post']).default('redirect').describe('How AuthnRequests travel'),
  scoping: z
    .enum(['issuer', 'requesterId'])
    .default('issuer')
    .describe('How they name the brand: suffix of their Issuer, or RequesterID'),
  nameId: z.enum(['persistent', 'transient']).default('persistent'),
  signature: z.enum(['rsa-sha256', 'rsa-sha1']).default('rsa-sha256'),
  encryptsAssertions: z.boolean().default(false),
  proxy: z
    .strictObject({ id, providerId: name })
    .exactOptional()
    .describe('Who runs the login for this MVPD, and what they call it'),
});

const oauth2 = z.strictObject({
  protocol: z.literal('oauth2'),
  client: identityClient
    .default({ clientId: 'adobe-pass', clientSecret: 'simulated-secret-of-adobe-pass-at-its-mvpds' })
    .describe('Adobe, as the MVPD knows it'),
  attemptsHomeBased: z.boolean().default(true).describe('Whether Adobe tells where the device is connected'),
});

export const authorization = z.strictObject({
  request: z
    .enum(['bare', 'soap', 'bearer'])
    .exactOptional()
    .describe('XACML request: `bearer` for OAuth 2.0, `soap` for SAML unless given'),
  preflight: z.enum(['multi-channel', 'fork-join', 'channel-lineup']).default('fork-join'),
  resources: z.enum(['structured', 'channel-title']).default('structured').describe('How MRSS goes over'),
  ttl: z.int().positive().nullable().default(86_400).describe("Adobe's setting, seconds"),
  unknownObligations: z.enum(['deny', 'ignore']).default('deny'),
  logs: z.boolean().default(true).describe('Permits ask Adobe to log'),
  ratings: z.boolean().default(false).describe("Permits tell the household's ratings anew"),
  reauthorizeAfter: z.int().positive().nullable().default(null).describe('Seconds'),
  conditions: z
    .int()
    .positive()
    .nullable()
    .exactOptional()
    .describe('Seconds in the Conditions of a signed answer; 86400 for `soap`'),
  endpoint: z.url().exactOptional().describe('Where the MVPD decides, if not here'),
});

export const mvpd = z.strictObject({
  id,
  displayName: known('The id'),
  logoUrl: z.url().exactOptional(),
  hasLogoutEndpoint: z.boolean().default(false),
  isTempPass: z.boolean().exactOptional(),
  isPromotional: z.boolean().exactOptional().describe('A TempPass that also knows the viewer'),
  temporary: z
    .strictObject({ seconds: z.int().positive(), resources: z.int().positive().exactOptional() })
    .exactOptional()
    .describe('Limits of a TempPass'),
  authentication: z
    .discriminatedUnion('protocol', [saml, oauth2])
    .default(saml.parse({ protocol: 'saml' }))
    .describe('How subscribers sign in; a TempPass has none'),
  authorization: authorization.prefault({}).describe('How Adobe asks; a TempPass has none'),
  dummyAuthorization: z.boolean().exactOptional().describe('Adobe permits everything by itself'),
  partner: z
    .strictObject({
      mappingId: name,
      boardingStatus: z.enum(['SUPPORTED', 'PICKER']),
      exchangesProfiles: z.boolean().default(true),
    })
    .exactOptional()
    .describe("Single sign-on by the platform's account framework"),
});

export const serviceProvider = z.strictObject({
  id,
  name: known('The id'),
  domains: z.array(name).default(['localhost']).describe('domainName must be one, redirectUrl lie on one'),
  mvpds: z.array(id).exactOptional().describe('Active integrations; all MVPDs unless given'),
  programmer: id.exactOptional().describe('Single sign-on ends at the programmer’s own brands'),
  authPerAggregator: z.array(id).exactOptional().describe('MVPDs that want a login of their own here'),
  userMetadata: z
    .strictObject({
      certificate: z.string().nullable().default('generated').describe('PEM, `generated`, or null for none'),
      encrypted: z.array(name).default(['zip']),
      padding: z.enum(['pkcs1', 'oaep-sha1', 'oaep-sha256']).default('pkcs1'),
    })
    .exactOptional(),
});

export const app = z.strictObject({
  id,
  name: known('The id'),
  serviceProviders: z.array(id).min(1),
  redirectUris: z.array(name).default([]),
  softwareStatement: known('Made of id and brands'),
});
