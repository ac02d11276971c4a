import { z } from 'zod';

const name = z.string().min(1);
/** Ids appear in paths and JSON keys. */
const id = z.string().regex(/^[\w.~-]+$/, 'letters, digits and . _ ~ -');
const email = z.email();

export const identityClient = z.strictObject({ clientId: name, clientSecret: name });

const homeConnection = z.strictObject({
  address: name.describe('IP address'),
  ports: z
    .tuple([z.int().min(1).max(65_535), z.int().min(1).max(65_535)])
    .exactOptional()
    .describe('First and last port, if the address is shared'),
});

const subscription = z.strictObject({
  mvpd: id,
  resources: z.array(name).describe('Resources in the package'),
  username: name.exactOptional().describe('`<user>@<mvpd>.example`'),
  password: name.exactOptional().describe('`<user>-tv`'),
  userId: name.exactOptional().describe('Subscriber id at the MVPD; derived from MVPD and user'),
  householdId: name
    .exactOptional()
    .describe('Derived from MVPD and user; set it to put users into one household'),
  zip: z.array(name).default(['77754', '12345']),
  maxTvRating: name.default('tv-ma'),
  maxMovieRating: name.default('nc-17'),
  home: z.array(homeConnection).exactOptional().describe("The household's own connections"),
});

const derived = (from: string) => name.exactOptional().describe(from);
const address = email.exactOptional().describe('`<id>@<domain>`');

export const user = z.strictObject({
  id,
  name: derived('The id'),
  password: derived('At the identity providers: `<id>-password`'),
  dtc: z.strictObject({ subject: derived('`dtc-<id>`'), email: address }).default({}),
  google: z
    .strictObject({
      subject: derived('Digits derived from the id'),
      email: address,
      hostedDomain: derived('The domain'),
    })
    .default({}),
  facebook: z.strictObject({ id: derived('Digits derived from the id'), email: address }).default({}),
  apple: z
    .strictObject({
      subject: derived('Derived from the id'),
      email: address,
      relayEmail: email.exactOptional().describe('Derived from the id'),
      hidesEmail: z.boolean().default(false),
    })
    .default({ hidesEmail: false }),
  subscriptions: z.array(subscription).default([]),
});

const saml = z.strictObject({
  protocol: z.literal('saml'),
  requestBinding: z.enum(['redirect', 'post']).default('redirect').describe('Binding of AuthnRequests'),
  scoping: z
    .enum(['issuer', 'requesterId'])
    .default('issuer')
    .describe('How AuthnRequests name the service provider: Issuer suffix, or RequesterID'),
  nameId: z.enum(['persistent', 'transient']).default('persistent'),
  signature: z.enum(['rsa-sha256', 'rsa-sha1']).default('rsa-sha256'),
  encryptsAssertions: z.boolean().default(false),
  proxy: z
    .strictObject({ id, providerId: name })
    .exactOptional()
    .describe('The proxy that runs the login for this MVPD, and its ProviderID'),
});

const oauth2 = z.strictObject({
  protocol: z.literal('oauth2'),
  client: identityClient
    .default({ clientId: 'adobe-pass', clientSecret: 'simulated-secret-of-adobe-pass-at-its-mvpds' })
    .describe('Adobe’s client at the MVPD'),
  attemptsHomeBased: z.boolean().default(true).describe('Whether Adobe sends the device’s connection (HBA)'),
});

const authorization = z.strictObject({
  request: z
    .enum(['bare', 'soap', 'bearer'])
    .exactOptional()
    .describe('XACML request; by default `bearer` for OAuth 2.0, `soap` for SAML'),
  preflight: z.enum(['multi-channel', 'fork-join', 'channel-lineup']).default('fork-join'),
  resources: z
    .enum(['structured', 'channel-title'])
    .default('structured')
    .describe('How MRSS resources are sent'),
  ttl: z.int().positive().nullable().default(86_400).describe("Adobe's setting, seconds"),
  unknownObligations: z.enum(['deny', 'ignore']).default('deny'),
  logs: z.boolean().default(true).describe('Permits carry a log obligation'),
  ratings: z.boolean().default(false).describe("Permits carry the household's current ratings"),
  reauthorizeAfter: z.int().positive().nullable().default(null).describe('Seconds'),
  conditions: z
    .int()
    .positive()
    .nullable()
    .exactOptional()
    .describe('Lifetime in the Conditions of a signed response, seconds; 86400 for `soap`'),
  endpoint: z.url().exactOptional().describe('Authorization endpoint; by default the simulated MVPD’s own'),
});

export const mvpd = z.strictObject({
  id,
  displayName: derived('The id'),
  logoUrl: z.url().exactOptional(),
  hasLogoutEndpoint: z.boolean().default(false),
  isTempPass: z.boolean().exactOptional(),
  isPromotional: z.boolean().exactOptional().describe('A TempPass per viewer (promotional)'),
  temporary: z
    .strictObject({ seconds: z.int().positive(), resources: z.int().positive().exactOptional() })
    .exactOptional()
    .describe('Limits of a TempPass'),
  authentication: z
    .discriminatedUnion('protocol', [saml, oauth2])
    .default(saml.parse({ protocol: 'saml' }))
    .describe('How subscribers sign in; ignored for a TempPass'),
  authorization: authorization.prefault({}).describe('How Adobe requests decisions; ignored for a TempPass'),
  dummyAuthorization: z.boolean().exactOptional().describe('Adobe permits everything without asking'),
  partner: z
    .strictObject({
      mappingId: name,
      boardingStatus: z.enum(['SUPPORTED', 'PICKER']),
      exchangesProfiles: z.boolean().default(true),
    })
    .exactOptional()
    .describe("Partner single sign-on through the platform's account framework"),
});

export const serviceProvider = z.strictObject({
  id,
  name: derived('The id'),
  domains: z
    .array(name)
    .default(['localhost'])
    .describe('domainName must be one of these, redirectUrl must be on one'),
  mvpds: z.array(id).exactOptional().describe('Active integrations; by default all MVPDs'),
  programmer: id.exactOptional().describe('Single sign-on is limited to service providers of one programmer'),
  authPerAggregator: z
    .array(id)
    .exactOptional()
    .describe('MVPDs that require a separate login for this service provider'),
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
  name: derived('The id'),
  serviceProviders: z.array(id).min(1),
  redirectUris: z.array(name).default([]),
  softwareStatement: derived('Derived from id and service providers'),
});
