import { describe, expect, test } from 'vitest';
import { createAdminClient } from '../support/admin.ts';
import { profileTypes } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import {
  askedWhile,
  household,
  isKnown,
  logIn,
  read,
  stillKnown,
  whatDropsWhat,
} from '../support/known-profiles.ts';
import { startGateway } from '../support/start-gateway.ts';

/** One sign-in at the TV provider for whoever holds the remote. */
const householdTv = {
  families: [
    {
      id: 'ref',
      identityProviders: ['dtc', 'google', 'facebook'],
      profilesPer: 'device' as const,
      serviceToken: { issuer: 'https://sso.ref.example' },
    },
  ],
};

describe('what drops what: profiles that are still known after', () => {
  test.each(whatDropsWhat)('$what', async ({ act, here }) => {
    await using t = await startGateway();
    const home = await household(t);
    await act(t, home);
    expect(await stillKnown(t, home)).toEqual(here);
  });

  test('sign-out and revocation, for whoever signs in next', async () => {
    await using t = await startGateway();
    const { tv, phone, ben } = await household(t);
    const tokens = tv.tokens;
    await tv.signOut();
    tv.use(tokens);
    expect((await read(tv)).status).toBe(401);
    await t.signIn(tv, 'ana');
    expect(await isKnown(t, tv)).toBe(false);

    const account = String((await phone.send('/me')).body['sub']);
    await createAdminClient(t.adminOrigin).revoke({ kind: 'account', id: account, reason: 'stolen' });
    expect([(await read(tv)).status, (await read(phone)).status]).toEqual([401, 401]);
    expect(await isKnown(t, ben)).toBe(true);
  });
});

describe('profiles that are known', () => {
  test('are the same bytes and headers', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    await logIn(t, tv, 'ana', 'Cablevision');
    const [first, second] = [await read(tv), await read(tv)];
    const { date: _, 'x-request-id': __, ...headers } = first.headers;
    expect(second.text).toBe(first.text);
    expect(second.headers).toMatchObject(headers);
    expect(Object.keys(second.headers)).toEqual(Object.keys(first.headers));
  });

  test('are read again when the app asks for it, and only once for all who ask at once', async () => {
    await using t = await startGateway();
    const { tv, phone } = await household(t);
    const fresh = () => tv.call('/REF30/profiles', { headers: { 'cache-control': 'no-cache' } });
    expect(await askedWhile(t, fresh)).toEqual(['profiles.all']);

    await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'delay', ms: 300 } });
    await tv.createSession({ mvpd: 'Cablevision' });
    const all = () => Promise.all(Array.from({ length: 5 }, () => read(phone)));
    expect(await askedWhile(t, all)).toEqual(['profiles.all']);
  });

  test.each([
    ['AP-Partner-Framework-Status', Buffer.from('{}').toString('base64')],
    ['Adobe-Subject-Token', 'e30.e30.e30'],
    ['AP-Visitor-Identifier', '123'],
    ['User-Agent', 'another'],
    ['X-Device-Info', Buffer.from('{"model":"another"}').toString('base64')],
  ])('are not those of a call with another %s', async (name, value) => {
    await using t = await startGateway();
    const { tv } = await household(t);
    const call = () => tv.call('/REF30/profiles', { headers: { [name.toLowerCase()]: value } });
    expect(await askedWhile(t, call)).toEqual(['profiles.all']);
  });

  test('are those of one service provider, operation and MVPD', async () => {
    await using t = await startGateway();
    const { tv } = await household(t);
    expect(await askedWhile(t, () => tv.profile('Cablevision'))).toEqual(['profiles.mvpd']);
    expect(await askedWhile(t, () => tv.profile('Dish'))).toEqual(['profiles.mvpd']);
    expect(await askedWhile(t, () => tv.profile('Cablevision'))).toEqual([]);
    // There is none, which is not kept.
    expect(await askedWhile(t, () => tv.profile('Dish'))).toEqual(['profiles.mvpd']);
  });

  test('are nobody else’s, on the same device or with the same credentials', async () => {
    await using t = await startGateway();
    const { tv, ben } = await household(t);
    expect(profileTypes(await read(tv))).toEqual({ Cablevision: 'regular' });
    expect(profileTypes(await read(ben))).toEqual({ Dish: 'regular' });
    const plain = t.device('tv');
    await plain.register();
    expect(profileTypes(await read(plain))).toEqual({});
  });

  test('of a household’s TV are each viewer’s own, though the credentials are the same', async () => {
    await using t = await startGateway({ settings: householdTv });
    const tv = t.device('tv');
    await tv.register();
    await t.signIn(tv, 'ana');
    await logIn(t, tv, 'ana', 'Cablevision');
    expect([await isKnown(t, tv), await isKnown(t, tv)]).toEqual([false, true]);
    const ofAna = tv.tokens;
    await t.signIn(tv, 'ben');
    expect(await isKnown(t, tv)).toBe(false);
    await eventually(async () => expect(await isKnown(t, tv)).toBe(true));
    // Ben's are known now, and Ana's token is as good as before.
    tv.use(ofAna);
    expect(await isKnown(t, tv)).toBe(false);
  });

  test('temporary profiles are never kept', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    await tv.authorize('TempPass_TEST40', ['REF30']);
    const call = () => tv.profile('TempPass_TEST40');
    expect(profileTypes(await call())).toEqual({ TempPass_TEST40: 'temporary' });
    expect(await askedWhile(t, call)).toEqual(['profiles.mvpd']);
  });
});
