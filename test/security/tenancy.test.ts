import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { type ExternalIssuer, startExternalIssuer } from '../support/external-issuer.ts';
import { fromElsewhere } from '../support/from-elsewhere.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let issuer: ExternalIssuer;
/** Three viewers on one television, each with a TV provider of their own. */
const viewers = { ana: 'Cablevision', ben: 'Dish', chloe: 'Spectrum' } as const;
const devices = new Map<string, Device>();

beforeAll(async () => {
  issuer = await startExternalIssuer({ now: systemClock.now });
  t = await startGateway();
  for (const [index, [user, mvpd]] of Object.entries(viewers).entries()) {
    // An address each: together they would exceed Adobe's rate limit.
    const device = await t.signIn(t.device('tv', { address: `198.51.100.${index + 1}` }), user);
    await t.logInAtMvpd(device, user, mvpd);
    devices.set(user, device);
  }
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});
beforeEach(() => t.control.clearRequests());

describe('T63 nothing of one viewer shows in an answer to another', () => {
  test('three viewers on one device, asking at the same time', async () => {
    for (let round = 0; round < 40; round++) {
      const asked = Object.entries(viewers).flatMap(([user, mvpd]) =>
        Array.from({ length: 4 }, async (_, index) => {
          const device = devices.get(user) as Device;
          const path = index % 2 ? '/REF30/profiles' : `/REF30/profiles/${mvpd}`;
          const answer = await device.call(path, { headers: fromElsewhere() });
          return [user, answer.status, profileTypes(answer)];
        }),
      );
      for (const [user, status, profiles] of await Promise.all(asked))
        expect([user, status, profiles]).toEqual([
          user,
          200,
          { [viewers[user as keyof typeof viewers]]: 'regular' },
        ]);
    }
    const subjects = reachedAdobe(await t.control.requests()).map(({ headers, serviceToken }) =>
      [headers['authorization'], serviceToken?.claims?.['sub']].join(),
    );
    expect(new Set(subjects).size).toBe(3);
  });

  test('a call that fails does not fail for whoever asked beside it', async () => {
    const [ana, ben] = [devices.get('ana'), devices.get('ben')] as [Device, Device];
    const asked = Array.from({ length: 20 }, (_, index) =>
      index % 4 === 0
        ? ana.call('/REF30/profiles', { headers: fromElsewhere({ 'ap-device-identifier': '%%%' }) })
        : index % 4 === 1
          ? ben.call('/REF40/profiles', { headers: fromElsewhere() })
          : ana.call('/REF30/profiles', { headers: fromElsewhere() }),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 5 }, () => [400, 401, 200, 200]).flat());
  });

  test('subjects and parameters that are one text when they are joined', async () => {
    await t.reconfigure({
      apps: t.simulator.fixtures.apps.map((app) => ({
        ...app,
        family: 'ref',
        serviceProviders: [...app.serviceProviders],
        redirectUris: [...app.redirectUris],
        externalServiceToken: {
          issuer: issuer.issuer,
          keys: { jwks: issuer.jwks },
          use: 'exchange' as const,
        },
      })),
    });
    const tv = t.device('tv', { id: 'joined' });
    await tv.register();
    const bring = (sub: string, path: string) =>
      tv.call(path, { headers: fromElsewhere({ 'AD-Service-Token': issuer.token({ sub }) }) });
    await Promise.all(
      [
        ['a|b', 'c'],
        ['a', 'b|c'],
        ['a:b', 'c'],
        ['a', 'b:c'],
        ['a,b', ''],
        ['a', ',b'],
      ].flatMap(([sub = '', rest = '']) => [
        bring(`${sub}|${rest}`, '/REF30/profiles'),
        bring(`${sub}${rest}`, '/REF30/profiles/Spectrum'),
        bring(sub, '/REF30/profiles/Dish'),
      ]),
    );
    const sent = reachedAdobe(await t.control.requests()).filter(({ serviceToken }) => serviceToken);
    const bySubject = Map.groupBy(sent, ({ serviceToken }) => String(serviceToken?.claims?.['sub']));
    // One pair of credentials for each subject, and one subject for each pair.
    const pairs = new Set(
      [...bySubject.values()].map(
        (calls) => new Set(calls.map(({ headers }) => headers['authorization'])).size,
      ),
    );
    expect([...pairs]).toEqual([1]);
    expect(new Set(sent.map(({ headers }) => headers['authorization'])).size).toBe(bySubject.size);
    expect(bySubject.size).toBe(13);
  });
});
