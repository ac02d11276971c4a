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
  /** The X-Device-Info value as it came. */
  deviceInfo: z.string().nullable(),
  userAgent: z.string().nullable(),
  address: z.string(),
  serviceProvider: z.string(),
  mvpd: z.string().nullable(),
  domainName: z.string().nullable(),
  redirectUrl: z.string().nullable(),
  /** Issuer and subject of the service token that it was created with. */
  subject: z.string().nullable(),
  status: z.enum(['open', 'authenticated', 'superseded']),
  notBefore: z.number(),
  notAfter: z.number(),
});

/** A browser that was sent to an MVPD and has not come back. */
const login = z.object({ code: z.string(), browser: z.string(), expiresAt: z.number() });

/** What an MVPD said about its subscriber when they signed in there. */
const authentication = z.object({
  mvpd: z.string(),
  userId: z.string(),
  householdId: z.string(),
  zip: z.array(z.string()),
  notBefore: z.number(),
  notAfter: z.number(),
  /** Whose service token came along, if one did. */
  subject: z.string().nullable(),
});

const trial = z.object({ endsAt: z.number(), used: z.array(z.string()) });

const entries = <V>(value: z.ZodType<V>) =>
  z.array(z.tuple([z.string(), value])).transform((pairs) => new Map<string, V>(pairs));

/** Everything that the simulated Adobe Pass remembers. */
const stateSchema = z.object({
  clients: entries(client),
  accessTokens: entries(accessToken),
  sessions: entries(session),
  /** Client and device → the code that they asked for last. */
  latestCodes: entries(z.string()),
  logins: entries(login),
  /** Regular profiles: client, device, service provider, MVPD → authentication. */
  profiles: entries(authentication),
  /** What a service token's subject may use everywhere: subject, MVPD → authentication. */
  ssoProfiles: entries(authentication),
  /** TempPass trials: service provider, MVPD, device or identity → trial. */
  trials: entries(trial),
});

export type Client = z.output<typeof client>;
export type Session = z.output<typeof session>;
export type Authentication = z.output<typeof authentication>;
export type Trial = z.output<typeof trial>;
export type AdobeState = z.output<typeof stateSchema>;

export const parseState = (saved: Json): AdobeState => stateSchema.parse(saved);

const names = Object.keys(stateSchema.shape) as (keyof AdobeState)[];

export const emptyState = (): AdobeState =>
  stateSchema.parse(Object.fromEntries(names.map((name) => [name, []])));

export const dumpState = (state: AdobeState): Json =>
  Object.fromEntries(names.map((name): [string, Json] => [name, [...state[name]]]));

/** Drops what lies at the front of a map filled in the order of its ends, and is over. */
export const dropEnded = <V>(map: Map<string, V>, endOf: (value: V) => number, now: number): void => {
  for (const [key, value] of map) {
    if (endOf(value) > now) return;
    map.delete(key);
  }
};
