import { defaultFixtures } from '@kinpass/simulator';
import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminPaths, authorizationServerPaths, type PathRow, publicPaths } from '#src/http/paths';
import { operationTable } from '#src/rest-v2/operations';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const samples: Readonly<Record<string, string>> = {
  serviceProvider: 'REF30',
  mvpd: 'Cablevision',
  code: 'ABC1234',
  provider: 'dtc',
  interaction: 'abc',
};
const sampleOf = ({ path }: Pick<PathRow, 'path'>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => samples[name] ?? 'sample');
const samplesOf = (rows: readonly Pick<PathRow, 'path'>[]): string[] => [...new Set(rows.map(sampleOf))];

const publicSamples = samplesOf([
  ...operationTable,
  ...Object.values(publicPaths),
  ...authorizationServerPaths,
]);
const adminSamples = samplesOf(Object.values(adminPaths));
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

let t: TestWorld;
let tv: Device;
let foreign: Device;
beforeAll(async () => {
  const family = (id: string) => ({
    id,
    identityProviders: ['dtc'],
    serviceToken: { issuer: `https://sso.${id}.example` },
  });
  t = await startGateway({
    settings: {
      families: [family('ref'), family('other')],
      apps: defaultFixtures.apps.map(({ id, name, serviceProviders, redirectUris, softwareStatement }) => ({
        id,
        name,
        family: id === 'ref40-phone' ? 'other' : 'ref',
        serviceProviders: [...serviceProviders],
        softwareStatement,
        redirectUris: [...redirectUris],
      })),
      adobe: { throttle: { perSecond: 1_000, burst: 1_000 } },
    },
  });
  tv = await t.signIn(t.device('tv'), 'ana');
  foreign = await t.signIn(t.device('phone'), 'ben');
});
afterAll(() => t[Symbol.asyncDispose]());

interface Variant {
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly body?: string;
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };
const flood = 'a=b&'.repeat(3_500);
const junk = '%E0%A4%A; =; ;;; "x';

const variants = (): Record<string, Variant> => {
  const bearer = (device: Device) => ({
    ...device.headers,
    authorization: `Bearer ${device.tokens?.accessToken}`,
  });
  const own = bearer(tv);
  return {
    nothing: {},
    'a form without cookie': {
      headers: form,
      body: 'xsrf=x&confirm=yes&user_code=BCDF-GHJK&csrf=x&grant_type=refresh_token&client_id=ref30-tv&token=x',
    },
    'junk cookies': {
      headers: {
        ...form,
        cookie: `kinpass_session=${junk}; kinpass_session.sig=x; kinpass_interaction=y; kinpass_transaction=${junk}; kinpass_resume=z`,
      },
      body: 'xsrf=x&confirm=yes&user_code=BCDF-GHJK',
    },
    'a junk bearer': { headers: { authorization: `Bearer ${junk}` } },
    'an unknown bearer': { headers: { authorization: `Bearer ${'x'.repeat(43)}` } },
    'the bearer of another family': {
      headers: { ...bearer(foreign), ...json },
      body: '{"resources":["REF30"]}',
    },
    'a wrong device identifier': { headers: { ...own, 'ap-device-identifier': 'fingerprint ====' } },
    'wrong device information': { headers: { ...own, 'x-device-info': '{}' } },
    'a body that is cut': { headers: { ...own, ...json }, body: '{"resources":[' },
    'a wrong type in the body': {
      headers: { ...own, ...json },
      body: '{"resources":{"a":1},"kind":1,"id":{}}',
    },
    'a wrong form': { headers: { ...own, ...form }, body: 'mvpd=../x&redirectUrl=https:evil&mvpd=y' },
    'another media type': { headers: { ...own, 'content-type': 'text/plain' }, body: 'x' },
    'a wrong query': { headers: own, query: 'redirectUrl=https:evil&limit=x&before=-1&state=x&error=x' },
    '3,500 parameters': { headers: { ...own, ...form }, query: flood, body: flood },
  };
};

/** `status variant method` of every answer that is the gateway's fault. */
const faultsAt = async (origin: string, path: string): Promise<string[]> => {
  const faults: string[] = [];
  for (const [name, { headers = {}, query, body }] of Object.entries(variants())) {
    for (const method of methods) {
      const answer = await fetch(`${origin}${path}${query === undefined ? '' : `?${query}`}`, {
        method,
        headers: { accept: 'text/html,application/json', ...headers },
        redirect: 'manual',
        ...(body !== undefined && method !== 'GET' && method !== 'HEAD' && { body }),
      });
      await answer.arrayBuffer();
      if (answer.status >= 500) faults.push(`${answer.status} ${name} ${method}`);
    }
  }
  return faults;
};

describe('whatever is sent to it, no path answers that the gateway is at fault', () => {
  test.each(publicSamples)('%s', async (path) => expect(await faultsAt(t.origin, path)).toEqual([]));
  test.each(adminSamples)('%s of the admin listener', async (path) =>
    expect(await faultsAt(t.adminOrigin, path)).toEqual([]),
  );
});

test('and whoever is signed in is served as before', async () => {
  expect((await tv.profiles()).status).toBe(200);
  expect((await foreign.call('/REF40/profiles')).status).toBe(200);
  expect((await foreign.call('/REF30/profiles')).status).toBe(401);
});
