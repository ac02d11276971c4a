import { createHmac } from 'node:crypto';
import type { App, Fixtures, Mvpd, Subscription, User } from '#src/fixtures';
import { worldSchema } from './checks.ts';
import { publishedAppleKey } from './published-apple-key.ts';
import type { World, WorldInput } from './schema.ts';

type Given<K extends keyof World> = World[K] extends readonly (infer Entry)[] ? Entry : never;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A number derived from the name: Google's and Facebook's ids are strings of digits. */
const digits = (name: string, length: number): string =>
  BigInt(`0x${Buffer.from(name).toString('hex')}`)
    .toString()
    .padStart(length, '0');

/** Apple's subjects: a number, 32 hexadecimal digits, a number. */
const appleSubject = (id: string): string =>
  `001234.${Buffer.from(id.padEnd(16, '-')).toString('hex').slice(0, 32)}.0815`;

const subscriptionOf = (user: string, given: Given<'users'>['subscriptions'][number]): Subscription => ({
  username: `${user}@${given.mvpd.toLowerCase()}.example`,
  password: `${user}-tv`,
  userId: base64(`${given.mvpd}:${user}`),
  householdId: base64(`${given.mvpd}:household-of-${user}`),
  ...given,
});

const userOf = ({ id, subscriptions, ...given }: Given<'users'>, domain: string): User => {
  const email = `${id}@${domain}`;
  return {
    id,
    name: given.name ?? id,
    password: given.password ?? `${id}-password`,
    dtc: { subject: `dtc-${id}`, email, ...given.dtc },
    google: { subject: `1${digits(id, 20)}`, email, hostedDomain: domain, ...given.google },
    facebook: { id: `9${digits(id, 15)}`, email, ...given.facebook },
    apple: {
      subject: appleSubject(id),
      email,
      relayEmail: `${Buffer.from(id).toString('hex')}@privaterelay.appleid.example`,
      ...given.apple,
    },
    subscriptions: subscriptions.map((subscription) => subscriptionOf(id, subscription)),
  };
};

const mvpdOf = ({ authentication, authorization, ...given }: Given<'mvpds'>): Mvpd => {
  const mvpd = { displayName: given.id, logoUrl: `https://mvpd.example/${given.id}.png`, ...given };
  if (given.isTempPass) return mvpd;
  const request = authentication.protocol === 'oauth2' ? ('bearer' as const) : ('soap' as const);
  const asked = { request, ...authorization };
  return {
    ...mvpd,
    authentication,
    authorization: { conditions: asked.request === 'soap' ? 86_400 : null, ...asked },
  };
};

/** A JWT shaped like Adobe's. Only the simulator checks the signature. */
const softwareStatement = (app: string, serviceProviders: readonly string[]): string => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({
    iss: 'simulated.adobe.example',
    sub: app,
    scope: 'api:client:v2',
    service_providers: serviceProviders,
  })}`;
  return `${signed}.${createHmac('sha256', 'simulated software statements').update(signed).digest('base64url')}`;
};

const appOf = (given: Given<'apps'>): App => ({
  name: given.id,
  softwareStatement: softwareStatement(given.id, given.serviceProviders),
  ...given,
});

const resourcesOf = ({ resources, serviceProviders, users }: World): readonly string[] =>
  resources ?? [
    ...new Set([
      ...serviceProviders.map(({ id }) => id),
      ...users.flatMap(({ subscriptions }) =>
        subscriptions.flatMap((subscription) => subscription.resources),
      ),
    ]),
  ];

/** The fixtures of a world file. Throws ZodError, naming every problem. */
export const fixturesOf = (input: WorldInput): Fixtures => {
  const world = worldSchema.parse(input);
  const { domain, users, mvpds, serviceProviders, apps, clients, receivers } = world;
  return {
    users: users.map((given) => userOf(given, domain)),
    mvpds: mvpds.map(mvpdOf),
    serviceProviders: serviceProviders.map((given) => ({
      name: given.id,
      mvpds: mvpds.map(({ id }) => id),
      ...given,
    })),
    apps: apps.map(appOf),
    resources: resourcesOf(world),
    clients: { ...clients, apple: { privateKey: publishedAppleKey, ...clients.apple } },
    receivers,
  };
};
