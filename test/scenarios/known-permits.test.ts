import { type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verdicts } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway();
  const url = `${t.simulator.origins.adobe}/_control/switches`;
  await request({ method: 'PUT', url, json: { throttle: 'off' } });
  tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
});
afterAll(() => t[Symbol.asyncDispose]());

const noCache = { 'cache-control': 'no-cache' };

const preauthorize = (resources: string[], headers: Record<string, string> = {}) =>
  tv.call('/REF30/decisions/preauthorize/Cablevision', { method: 'POST', json: { resources }, headers });

const browse = (resources: string[]) =>
  tv.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    json: { purpose: 'browse', mvpd: 'Cablevision', resources },
  });

/** The resources that Adobe was asked about while something was done. */
const askedWhile = async (act: () => Promise<{ readonly status: number }>): Promise<unknown[]> => {
  await t.control.clearRequests();
  expect((await act()).status).toBe(200);
  return (await t.control.requests())
    .filter(({ operation }) => operation?.startsWith('decisions.'))
    .map(({ body }) => JSON.parse(String(body)).resources);
};

describe('what preauthorization has permitted', () => {
  // Until changes of the login have been heard, permits are not kept.
  beforeEach(() =>
    eventually(async () => {
      await preauthorize(['REF30', 'news'], noCache);
      expect(await askedWhile(() => preauthorize(['REF30', 'news']))).toEqual([]);
    }),
  );

  test('is answered from memory, in the order asked for and in Adobe’s shape', async () => {
    const fresh = await preauthorize(['news', 'REF30'], noCache);
    const known = await preauthorize(['news', 'REF30']);
    expect(known.body).toEqual(fresh.body);
    expect(known.headers['content-type']).toBe(fresh.headers['content-type']);
  });

  test('is one thing for REST V2 and for browsing, where only the rest is asked for', async () => {
    expect(await askedWhile(() => browse(['news', 'REF30']))).toEqual([]);
    expect(await askedWhile(() => browse(['sports', 'news', 'other', 'REF30']))).toEqual([
      ['sports', 'other'],
    ]);
    const { body } = await browse(['sports', 'news']);
    expect(body['decisions']).toMatchObject([
      { resource: 'sports', decision: 'deny' },
      { resource: 'news', decision: 'permit' },
    ]);
  });

  test('denials are asked for every time, of REST V2 with everything beside them', async () => {
    for (let times = 0; times < 2; times += 1) {
      expect(await askedWhile(() => preauthorize(['news', 'sports']))).toEqual([['news', 'sports']]);
      expect(await askedWhile(() => browse(['sports']))).toEqual([['sports']]);
    }
    expect(verdicts(await preauthorize(['news', 'sports']))).toMatchObject({ news: true });
  });

  test('is asked again with no-cache, and what is denied then is not permitted any more', async () => {
    expect(await askedWhile(() => preauthorize(['news'], noCache))).toEqual([['news']]);
    const denied = {
      decisions: [
        {
          resource: 'news',
          serviceProvider: 'REF30',
          mvpd: 'Cablevision',
          authorized: false,
          source: 'mvpd',
        },
      ],
    };
    const fault = { kind: 'body', body: JSON.stringify(denied) } as const;
    await t.control.fault({ match: { operation: 'decisions.preauthorize' }, times: 1, fault });
    await preauthorize(['news'], noCache);
    expect(await askedWhile(() => preauthorize(['news']))).toEqual([['news']]);
  });

  test('is no authorization: playing asks Adobe', async () => {
    for (let times = 0; times < 2; times += 1) {
      const play = () => tv.authorize('Cablevision', ['news']);
      expect(await askedWhile(play)).toEqual([['news']]);
      expect(await askedWhile(() => preauthorize(['news']))).toEqual([]);
    }
  });

  test.each<[what: string, act: () => Promise<unknown>]>([
    ['a denied authorization', () => tv.authorize('Cablevision', ['sports'])],
    ['a notice about the MVPD', () => notify({ mvpd: 'Cablevision' })],
    [
      'a profile that is missing',
      async () => {
        const error = { action: 'authentication', status: 403, code: 'authenticated_profile_missing' };
        const denied = {
          resource: 'REF30',
          serviceProvider: 'REF30',
          mvpd: 'Cablevision',
          authorized: false,
        };
        const decisions = [{ ...denied, source: 'mvpd', error: { ...error, message: 'Log in again.' } }];
        const fault = { kind: 'body', body: JSON.stringify({ decisions }) } as const;
        await t.control.fault({ match: { operation: 'decisions.preauthorize' }, times: 1, fault });
        await preauthorize(['REF30'], noCache);
      },
    ],
    // The last one: nothing is kept until the viewer has logged in.
    ['a session', () => tv.createSession({ mvpd: 'Cablevision' })],
  ])('%s drops it', async (_, act) => {
    await act();
    expect(await askedWhile(() => preauthorize(['news']))).toEqual([['news']]);
  });
});

const notify = (json: Record<string, string>) =>
  request({ method: 'POST', url: `${t.adminOrigin}/invalidations`, json });

test('permits of a TempPass are asked for every time', async () => {
  const ask = () =>
    tv.call('/REF30/decisions/preauthorize/TempPass_TEST40', {
      method: 'POST',
      json: { resources: ['REF30'] },
    });
  await tv.authorize('TempPass_TEST40', ['REF30']);
  for (let times = 0; times < 2; times += 1) expect(await askedWhile(ask)).toEqual([['REF30']]);
});
