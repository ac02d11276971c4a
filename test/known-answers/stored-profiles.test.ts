import { describe, expect, test } from 'vitest';
import type { Answer } from '#src/adobe-pass/types';
import { operations } from '#src/rest-v2/operations';
import { ana, asker, createWorld, minute, profile, profilesAnswer, tokenFor } from './world.ts';

const hour = 60 * minute;
const signedIn = profilesAnswer({ Cablevision: profile() });

/** A process has read Ana's profile. */
const afterRead = async () => {
  const world = createWorld();
  world.adobe.answer = signedIn;
  const one = world.startProcess('one');
  await one.read();
  return { ...world, one, other: world.startProcess('other') };
};

test('what one process has read, another one tells, fresh for a while and until it ends', async () => {
  const { one, other, clock } = await afterRead();
  const known = [{ mvpd: 'Cablevision', ...profile() }];
  expect(await one.find()).toEqual({ profiles: known, isFresh: true });
  expect(await other.find()).toEqual({ profiles: known, isFresh: true });
  await clock.advance(5 * minute);
  expect(await one.find()).toEqual({ profiles: known, isFresh: false });
  expect(await other.find()).toEqual({ profiles: known, isFresh: false });
  await clock.advance(24 * hour);
  expect(await other.find()).toBeUndefined();
});

test('one of two profiles has ended: the other is told', async () => {
  const { adobe, one, clock } = await afterRead();
  adobe.answer = profilesAnswer({ Cablevision: profile(), Dish: profile({ notAfter: clock.now() + hour }) });
  await clock.advance(6 * minute);
  await one.read();
  await clock.advance(hour);
  expect((await one.find())?.profiles.map(({ mvpd }) => mvpd)).toEqual(['Cablevision']);
});

test.each([
  ['no profile', profilesAnswer({})],
  ['a temporary one', profilesAnswer({ TempPass: profile({ type: 'temporary' }) })],
  ['a degraded one beside a lasting one', profilesAnswer({ A: profile(), B: profile({ type: 'degraded' }) })],
  ['one of a type that is not known', profilesAnswer({ A: profile({ type: 'new' }) })],
])('%s is never stored, and removes what is', async (_, answer) => {
  const { adobe, one, other, clock, take } = await afterRead();
  adobe.answer = answer;
  await clock.advance(6 * minute);
  take();
  await one.read();
  await one.read();
  expect(take()).toEqual({ 'profiles.remove': 1 });
  expect(await other.find()).toBeUndefined();
});

test('what Adobe encrypts again at each read makes no difference', async () => {
  const { adobe, one, clock, take } = await afterRead();
  const withZip = (value: string) =>
    profilesAnswer({ Cablevision: profile({ attributes: { zip: { value, state: 'enc' } } }) });
  const readAgain = async (value: string) => {
    adobe.answer = withZip(value);
    await clock.advance(6 * minute);
    await one.read();
    return take();
  };
  await readAgain('first');
  expect(await readAgain('second')).toEqual({});
});

test('after a restart, a read that finds the same profiles writes nothing', async () => {
  const { other, clock, take } = await afterRead();
  take();
  await other.read();
  await clock.advance(6 * minute);
  await other.read();
  expect(take()).toEqual({ 'profiles.get': 1 });
});

test('what another process has stored is removed too, once it was told here', async () => {
  const { adobe, other, one, clock, take } = await afterRead();
  await clock.advance(6 * minute);
  take();
  await other.find();
  await other.read();
  expect(take()).toEqual({ 'profiles.get': 1 });
  adobe.answer = profilesAnswer({});
  await clock.advance(6 * minute);
  await other.read();
  expect(take()).toEqual({ 'profiles.remove': 1 });
  expect(await one.find()).toBeUndefined();
});

test('a failure of Adobe’s leaves what is stored', async () => {
  const { adobe, one, other, clock } = await afterRead();
  adobe.answer = profilesAnswer({}, 503);
  await clock.advance(6 * minute);
  await one.read();
  expect(await other.find()).toMatchObject({ isFresh: false });
});

test('there is a write when profiles differ, and none per read', async () => {
  const { adobe, one, clock, take } = await afterRead();
  expect(take()).toEqual({ 'profiles.get': 1, 'profiles.put': 1 });
  for (let reads = 0; reads < 3; reads += 1) {
    await one.read();
    await clock.advance(6 * minute);
  }
  const playback = { status: 200, body: { decisions: [{ authorized: true }] } };
  await one.known.called(operations.authorize, ana.call, playback);
  await one.read();
  expect(take()).toEqual({});
  await clock.advance(6 * minute);
  adobe.answer = profilesAnswer({ Cablevision: profile({ attributes: { userID: { value: 'u2' } } }) });
  await one.read();
  expect(take()).toEqual({ 'profiles.put': 1 });
});

describe('they are nobody else’s', () => {
  const { call } = ana;
  const withHeader = (headers: object) => asker({ device: { ...call.device, headers: { ...headers } } });
  test.each([
    ['another subject', asker({ serviceToken: tokenFor('ben') })],
    ['nobody', asker({ serviceToken: undefined })],
    ['other credentials', asker({ credentials: { id: 'pair-2', secret: 's' } })],
    ['another device', asker({ device: { ...call.device, identifier: 'fingerprint b3RoZXI=' } })],
    ['another make of it', asker({ device: { ...call.device, info: 'b3RoZXI=' } })],
    ['another service provider', asker({ serviceProvider: 'REF40' })],
    ['another sign-in', asker({}, 'g2')],
    ['a partner’s status', withHeader({ 'ap-partner-framework-status': 'x' })],
    ['a platform’s token', withHeader({ 'adobe-subject-token': 'x' })],
    ['a Roku account', withHeader({ 'x-roku-reserved-roku-connect-token': 'x' })],
    ['another visitor', withHeader({ 'ap-visitor-identifier': 'x' })],
  ])('not those of %s', async (_, who) => {
    const { other } = await afterRead();
    expect(await other.find(who)).toBeUndefined();
    expect(await other.find()).toBeDefined();
  });

  test('but those of the same viewer, whatever form of answer the device accepts, and from any address', async () => {
    const { other } = await afterRead();
    const device = { ...call.device, address: '203.0.113.9', headers: { accept: 'text/event-stream' } };
    expect(await other.find(asker({ device }))).toBeDefined();
  });
});

test('while the viewer is about to log in, nothing is known; a newer profile of their own says that they have', async () => {
  const { adobe, one, clock, take } = await afterRead();
  const session = { code: 'ABC', notBefore: '5000', notAfter: String(clock.now() + 30 * minute) };
  await one.known.called(operations.createSession, ana.call, { status: 200, body: session });
  const logInSeen = async (answer: Answer) => {
    adobe.answer = answer;
    await one.read();
    await one.known.called(operations.getProfiles, ana.call, answer);
    return one.isKept();
  };
  expect(await one.find()).toBeUndefined();
  expect(await logInSeen(profilesAnswer({ Cablevision: profile({ notBefore: 4_999 }) }))).toBe(false);
  const ofFamily = profile({ type: 'serviceTokenSSO', notBefore: 6_000 });
  expect(await logInSeen(profilesAnswer({ Cablevision: ofFamily }))).toBe(false);
  take();
  expect(await logInSeen(profilesAnswer({ Cablevision: profile({ notBefore: 5_000 }) }))).toBe(false);
  expect(await one.isKept()).toBe(true);
  expect(take()).toMatchObject({ 'profiles.drop': 1, 'profiles.put': 1 });
});

describe('what was dropped while it was on its way', () => {
  const logout = { status: 200, body: {} };

  test('a read that began before a logout at another process stores nothing that stays', async () => {
    const { stores, startProcess } = createWorld();
    const [one, other] = [startProcess('one'), startProcess('other')];
    const read = one.read(ana, async () => {
      await other.known.called(operations.logOut, ana.call, logout);
      return signedIn;
    });
    await read;
    expect(await other.find()).toBeDefined(); // for as long as the other has not heard
    await one.hear();
    await expect.poll(() => other.find()).toBeUndefined();
    expect(await stores.changes.latest()).toBe(1);
  });

  test('nor one whose write comes after the logout in its own process', async () => {
    const { stores, startProcess } = createWorld();
    const slow = Promise.withResolvers<void>();
    const put: typeof stores.profiles.put = async (row) => {
      await slow.promise;
      return stores.profiles.put(row);
    };
    const one = startProcess('one', { ...stores, profiles: { ...profilesOf(stores), put } });
    await one.read(ana, async () => signedIn);
    await one.known.called(operations.logOut, ana.call, logout);
    slow.resolve();
    await expect.poll(() => startProcess('other').find()).toBeUndefined();
  });

  test('nor one of before changes may have been missed', async () => {
    const { one, other } = await afterRead();
    one.known.missed();
    await expect.poll(() => other.find()).toBeUndefined();
  });
});

const profilesOf = ({ profiles }: ReturnType<typeof createWorld>['stores']) => ({
  put: profiles.put,
  get: profiles.get,
  remove: profiles.remove,
  drop: profiles.drop,
  dropMeant: profiles.dropMeant,
});
