import { createHmac } from 'node:crypto';
import type { App, Fixtures, Mvpd, Subscription, User } from '#src/fixtures';
import { publishedAppleKey } from './published-apple-key.ts';
import { type World, type WorldInput, worldSchema } from './schema.ts';

type Told<K extends keyof World> = World[K] extends readonly (infer Entry)[] ? Entry : never;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A number that belongs to the name: Google's and Facebook's ids are strings of digits. */
const digits = (name: string, length: number): string =>
  BigInt(`0x${Buffer.from(name).toString('hex')}`)
    .toString()
    .padStart(length, '0');

/** Apple's subjects: a number, 32 hexadecimal digits, a number. */
const appleSubject = (id: string): string =>
  `001234.${Buffer.from(id.padEnd(16, '-')).toString('hex').slice(0, 32)}.0815`;

const subscriptionOf = (user: string, told: Told<'users'>['subscriptions'][number]): Subscription => ({
  username: `${user}@${told.mvpd.toLowerCase()}.example`,
  password: `${user}-tv`,
  userId: base64(`${told.mvpd}:${user}`),
  householdId: base64(`${told.mvpd}:household-of-${user}`),
  ...told,
});

const userOf = ({ id, subscriptions, ...told }: Told<'users'>, domain: string): User => {
  const email = `${id}@${domain}`;
  return {
    id,
    name: told.name ?? id,
    password: told.password ?? `${id}-password`,
    dtc: { subject: `dtc-${id}`, email, ...told.dtc },
    google: { subject: `1${digits(id, 20)}`, email, hostedDomain: domain, ...told.google },
    facebook: { id: `9${digits(id, 15)}`, email, ...told.facebook },
    apple: {
      subject: appleSubject(id),
      email,
      relayEmail: `${Buffer.from(id).toString('hex')}@privaterelay.appleid.example`,
      ...told.apple,
    },
    subscriptions: subscriptions.map((subscription) => subscriptionOf(id, subscription)),
  };
};

const mvpdOf = ({ authentication, authorization, ...told }: Told<'mvpds'>): Mvpd => {
  const mvpd = { displayName: told.id, logoUrl: `https://mvpd.example/${told.id}.png`, ...told };
  if (told.isTempPass) return mvpd;
  const request = authentication.protocol === 'oauth2' ? ('bearer' as const) : ('soap' as const);
  const asked = { request, ...authorization };
  return {
    ...mvpd,
    authentication,
    authorization: { conditions: asked.request === 'soap' ? 86_400 : null, ...asked },
  };
};

/** Shaped like Adobe's: a JWT. The signature is the simulator's own; nobody but it looks. */
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

const appOf = (told: Told<'apps'>): App => ({
  name: told.id,
  softwareStatement: softwareStatement(told.id, told.serviceProviders),
  ...told,
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

/** The whole world, as its parties need it. Throws ZodError, naming every fault. */
export const fixturesOf = (input: WorldInput): Fixtures => {
  const world = worldSchema.parse(input);
  const { domain, users, mvpds, serviceProviders, apps, clients, receivers } = world;
  return {
    users: users.map((told) => userOf(told, domain)),
    mvpds: mvpds.map(mvpdOf),
    serviceProviders: serviceProviders.map((told) => ({
      name: told.id,
      mvpds: mvpds.map(({ id }) => id),
      ...told,
    })),
    apps: apps.map(appOf),
    resources: resourcesOf(world),
    clients: { ...clients, apple: { privateKey: publishedAppleKey, ...clients.apple } },
    receivers,
  };
};
