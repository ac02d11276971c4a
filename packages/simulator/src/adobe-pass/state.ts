import { z } from 'zod';
import type { Json } from '#src/lib/json';

const client = z.object({
  id: z.string(),
  secret: z.string(),
  app: z.string(),
  issuedAt: z.number().describe('Seconds'),
});

const accessToken = z.object({ client: z.string(), expiresAt: z.number() });

const session = z.object({
  code: z.string(),
  sessionId: z.string(),
  client: z.string(),
  device: z.string(),
  /** The X-Device-Info value, not decoded. */
  deviceInfo: z.string().nullable(),
  userAgent: z.string().nullable(),
  address: z.string(),
  serviceProvider: z.string(),
  mvpd: z.string().nullable(),
  domainName: z.string().nullable(),
  redirectUrl: z.string().nullable(),
  /** Subject of the service token with which it was created. */
  subject: z.string().nullable(),
  /** Subject of the platform token with which it was created. */
  platformSubject: z.string().nullable().default(null),
  status: z.enum(['open', 'authenticated', 'answered', 'superseded']),
  notBefore: z.number(),
  notAfter: z.number(),
});

/** A browser that was sent to an MVPD and has not returned. */
const login = z.object({ code: z.string(), browser: z.string(), expiresAt: z.number() });

/** A browser that ends its session at an MVPD, after Adobe removed the profile. */
const logout = z.object({
  /** Names the device in the logout URL. */
  passThroughId: z.string().default(''),
  mvpd: z.string(),
  serviceProvider: z.string(),
  /** Null leaves the browser at Adobe. */
  redirectUrl: z.string().nullable(),
  userId: z.string(),
  session: z.json(),
  expiresAt: z.number(),
});

/** An MVPD's authentication of a subscriber. */
const authentication = z.object({
  mvpd: z.string(),
  userId: z.string(),
  /** User metadata under Adobe's keys, not encrypted. */
  attributes: z.record(z.string(), z.json()).default({}),
  /** What the MVPD's protocol needs later. */
  session: z.json().default(null),
  serviceProvider: z.string().default(''),
  notBefore: z.number(),
  notAfter: z.number(),
  /** Subject of the service token, if there was one. */
  subject: z.string().nullable(),
  /** Subject of the platform token, if there was one. */
  platformSubject: z.string().nullable().default(null),
  /** Whether the MVPD has invalidated it. */
  invalidated: z.boolean().default(false),
});

const partnerRequest = z.object({
  mvpd: z.string(),
  client: z.string(),
  device: z.string(),
  serviceProvider: z.string(),
  expiresAt: z.number(),
});

const degradation = z.object({
  rule: z.enum(['AuthNAll', 'AuthZAll', 'AuthZNone']),
  /** Epoch milliseconds. */
  since: z.number(),
  until: z.number().nullable(),
  message: z.string().nullable(),
});

/** Changes of an integration relative to the fixtures. */
const integration = z.object({
  enabled: z.boolean().optional(),
  authPerAggregator: z.boolean().optional(),
  dummyAuthorization: z.boolean().optional(),
  /** Injected errors, codes `invalid_configuration_*`. */
  misconfigured: z.array(z.string()).optional(),
});

const standing = z.enum(['active', 'unapproved', 'revoked']);

const trial = z.object({
  endsAt: z.number(),
  used: z.array(z.string()),
  /** Number of plays, including repeats. */
  plays: z.number().default(0),
});

/** A device that holds a token of the SSO Service. */
const ssoDevice = z.object({
  programmer: z.string(),
  ssoId: z.string(),
  device: z.string(),
  deviceType: z.string(),
  model: z.string(),
  os: z.string(),
  osVersion: z.string(),
  lastSeen: z.number(),
  type: z.enum(['regular', 'sso']),
});

const ssoLink = z.object({ ssoId: z.string(), notAfter: z.number() });

const entries = <V>(value: z.ZodType<V>) =>
  z
    .array(z.tuple([z.string(), value]))
    .default([])
    .transform((pairs) => new Map<string, V>(pairs));

/** All state of the simulated Adobe Pass. */
const stateSchema = z.object({
  clients: entries(client),
  accessTokens: entries(accessToken),
  sessions: entries(session),
  /** Client and device → their latest code. */
  latestCodes: entries(z.string()),
  logins: entries(login),
  logouts: entries(logout),
  /** Regular profiles: client, device, service provider, MVPD → authentication. */
  profiles: entries(authentication),
  /** SSO profiles: service provider, subject, MVPD → authentication. */
  ssoProfiles: entries(authentication),
  /** Partner profiles, with the same key as regular ones. */
  partnerProfiles: entries(authentication),
  /** Authentication requests given to a partner's framework: ID → owner. */
  partnerRequests: entries(partnerRequest),
  /** TempPass trials: service provider, MVPD, device or identity → trial. */
  trials: entries(trial),
  /** Service provider or *, MVPD or * → rule. */
  degradations: entries(degradation),
  /** Service provider, MVPD → changes. */
  integrations: entries(integration),
  /** App → status of its software statement. */
  apps: entries(standing),
  /** Programmer, SSO id, device → device. */
  ssoDevices: entries(ssoDevice),
  /** Programmer, link code → SSO id. */
  ssoLinks: entries(ssoLink),
});

export type Client = z.output<typeof client>;
export type Session = z.output<typeof session>;
export type Authentication = z.output<typeof authentication>;
export type Trial = z.output<typeof trial>;
export type Degradation = z.output<typeof degradation>;
export type IntegrationChange = z.output<typeof integration>;
export type SsoDevice = z.output<typeof ssoDevice>;
export type AdobeState = z.output<typeof stateSchema>;

export const parseState = (saved: Json): AdobeState => stateSchema.parse(saved);

const names = Object.keys(stateSchema.shape) as (keyof AdobeState)[];

export const emptyState = (): AdobeState =>
  stateSchema.parse(Object.fromEntries(names.map((name) => [name, []])));

export const dumpState = (state: AdobeState): Json =>
  JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, [...state[name]]]))));

/** Removes the ended entries from the front of a map whose entries are in order of their end. */
export const dropEnded = <V>(map: Map<string, V>, endOf: (value: V) => number, now: number): void => {
  for (const [key, value] of map) {
    if (endOf(value) > now) return;
    map.delete(key);
  }
};
