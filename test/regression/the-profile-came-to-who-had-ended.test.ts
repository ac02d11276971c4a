import { defaultFixtures } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import { type Device, signInAtMvpd } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { openStores, temporaryFile } from '../stores/sqlite-files.ts';
import { createAdminClient } from '../support/admin.ts';
import { auditRecord } from '../support/builders.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { longPoll, openSession, polled, stream } from '../support/watch.ts';

interface Stage {
  readonly t: TestWorld;
  readonly tv: Device;
  readonly clock: ManualClock;
  readonly stores: Stores;
  /** What a stream and a long poll of the TV come to. */
  readonly waiting: Promise<readonly [stream: string, status: number, body: unknown]>;
  /** The viewer logs in at the MVPD: the next poll has the profile. */
  logIn(): Promise<void>;
}

type Family = ConfigInput['families'][number];

/** Ana's TV waits for a login in two ways. The clock stands still from then on. */
const begin = async (stores: Stores): Promise<Stage & AsyncDisposable> => {
  const clock = createManualClock();
  const families = [ref, { ...ref, id: 'other', serviceToken: { issuer: 'https://other.example' } }];
  const t = await startGateway({ settings: { families }, overrides: { clock, stores } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { code, url } = await openSession(tv);
  const waiting = Promise.all([stream(t, tv, code), longPoll(tv, code)]);
  await polled(t);
  const subscription = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
  return {
    t,
    tv,
    clock,
    stores,
    waiting: waiting.then(([text, { status, body }]) => [text, status, body]),
    async logIn() {
      if (!subscription) throw new Error('ana has no subscription');
      await signInAtMvpd(createBrowser({ address: tv.address }), url, subscription);
    },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
};

const ref: Family = {
  id: 'ref',
  identityProviders: ['dtc', 'google'],
  serviceToken: { issuer: 'https://sso.ref.example' },
};

const appsWith = (id: string, changes: object): NonNullable<ConfigInput['apps']> =>
  defaultFixtures.apps.map(({ redirectUris, serviceProviders, ...app }) => ({
    ...app,
    family: 'ref',
    redirectUris: [...redirectUris],
    serviceProviders: [...serviceProviders],
    ...(app.id === id && changes),
  }));

const appsWithout = (id: string) => appsWith(id, {}).filter((app) => app.id !== id);

/** The only account and the only sign-in of the stage. */
const whoIsIn = async ({ signIns }: Stores) => {
  const [signIn] = await signIns.list({ limit: 1 });
  if (!signIn) throw new Error('nobody is signed in');
  return signIn;
};

const expectEnded = async ({ waiting }: Stage, status: number, code: string) => {
  const [text, answered, body] = await waiting;
  expect(text).toContain(code);
  expect(text).not.toContain('Cablevision');
  expect([answered, body]).toEqual([status, expect.objectContaining({ code })]);
};

test('a revoked account, told to this process', async () => {
  await using stage = await begin(createMemoryStores());
  const { viewer } = await whoIsIn(stage.stores);
  await createAdminClient(stage.t.adminOrigin).revoke({ kind: 'account', id: viewer });
  await expectEnded(stage, 401, 'gateway_access_token_expired');
});

test('a sign-out, told to this process', async () => {
  await using stage = await begin(createMemoryStores());
  await stage.tv.signOut();
  await expectEnded(stage, 401, 'gateway_access_token_expired');
});

test.each(['account', 'instance', 'sign-in'] as const)(
  'the end of the %s, told to another process on the same database',
  async (kind) => {
    const file = await temporaryFile();
    await using stage = await begin(await openStores(file));
    await using elsewhere = await openStores(file);
    const { grant, viewer, instance } = await whoIsIn(elsewhere);
    const { clock } = stage;
    await clock.advance(1_100);
    if (kind === 'sign-in') await elsewhere.signIns.end(grant, clock.now());
    else {
      const id = kind === 'account' ? viewer : instance;
      await elsewhere.revocations.add({ kind, id, reason: '', at: clock.now() }, auditRecord());
    }
    await stage.logIn();
    await clock.advance(1_000);
    await expectEnded(stage, 401, 'gateway_access_token_expired');
    expect((await stage.waiting)[0]).toContain('event: error');
  },
);

test('an app that new settings no longer have', async () => {
  await using stage = await begin(createMemoryStores());
  await stage.t.reconfigure({ apps: appsWithout('ref30-tv') });
  await expectEnded(stage, 401, 'gateway_access_token_expired');
});

test('a service provider that new settings no longer allow the app', async () => {
  await using stage = await begin(createMemoryStores());
  await stage.t.reconfigure({ apps: appsWith('ref30-tv', { serviceProviders: ['REF40'] }) });
  await expectEnded(stage, 401, 'invalid_access_token_service_provider');
});

test('a family that new settings move the app out of', async () => {
  await using stage = await begin(createMemoryStores());
  await stage.t.reconfigure({ apps: appsWith('ref30-tv', { family: 'other' }) });
  await expectEnded(stage, 401, 'gateway_access_token_expired');
});

test('an identity provider that new settings take from the family', async () => {
  await using stage = await begin(createMemoryStores());
  await stage.t.reconfigure({ families: [{ ...ref, identityProviders: ['google'] }] });
  await expectEnded(stage, 401, 'gateway_access_token_expired');
});
