import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Control } from '#src/control/control';
import { assertionFaultKinds } from '#src/mvpd/saml/assertion-faults';
import { authorizationFaultKinds } from '#src/mvpd/xacml/authorization-faults';
import { completeForm, type Device, startWorld, stepwise, type World } from './world.ts';

let world: World;
let tv: Device;
let control: Control;
beforeAll(async () => {
  world = await startWorld({ seed: 'faults' });
  control = world.simulator.control;
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  control.reset();
  tv = await world.device();
});

const profiles = (headers?: Record<string, string>) => tv.get('/api/v2/REF30/profiles', headers);
const onProfiles = { match: { operation: 'profiles.all' } };
const unavailable = { kind: 'status', status: 503 } as const;

/** `..x.`: which of so many calls met a fault. */
const met = async (calls: number): Promise<string> => {
  let pattern = '';
  for (let call = 0; call < calls; call += 1) pattern += (await profiles()).status === 200 ? '.' : 'x';
  return pattern;
};

describe('which calls', () => {
  test('after so many, and then so often', async () => {
    control.faults.add({ ...onProfiles, after: 2, times: 3, fault: unavailable });
    expect(await met(8)).toBe('..xxx...');
    expect(control.faults.list()).toMatchObject([{ id: 'fault-1', matched: 5, met: 3 }]);
  });

  test('the request log tells which', async () => {
    control.faults.add({ ...onProfiles, times: 1, fault: unavailable });
    await met(2);
    expect(control.requests(2).map(({ fault }) => fault)).toEqual(['status', null]);
  });

  test('by chance: the same seed meets the same calls, another seed others', async () => {
    const byChance = async (seed: string) => {
      control.faults.clear();
      control.faults.add({ ...onProfiles, probability: 0.5, seed, fault: unavailable });
      return met(40);
    };
    const first = await byChance('one');
    expect(await byChance('one')).toBe(first);
    expect(await byChance('two')).not.toBe(first);
    expect(first.replaceAll('.', '').length).toBeGreaterThan(10);
    expect(first.replaceAll('x', '').length).toBeGreaterThan(10);
  });

  test('without a seed one is chosen, and told', async () => {
    const { body } = await world.post('/_control/faults', {
      ...onProfiles,
      probability: 0.5,
      fault: unavailable,
    });
    const first = await met(20);
    control.faults.clear();
    control.faults.add({ ...onProfiles, probability: 0.5, seed: String(body['seed']), fault: unavailable });
    expect(await met(20)).toBe(first);
  });

  test('by the beginning of an operation, and by address', async () => {
    const address = '203.0.113.9';
    control.faults.add({ match: { operation: 'profiles.*', address }, fault: unavailable });
    expect((await profiles()).status).toBe(200);
    expect((await profiles({ 'x-forwarded-for': address })).status).toBe(503);
    const byMvpd = await tv.get('/api/v2/REF30/profiles/Dish', { 'x-forwarded-for': address });
    expect(byMvpd.status).toBe(503);
  });

  test('one that does not meet leaves the call to the next; names take back', async () => {
    control.faults.add({ ...onProfiles, name: 'first', after: 1, fault: { kind: 'status', status: 500 } });
    control.faults.add({ ...onProfiles, name: 'second', fault: unavailable });
    expect([(await profiles()).status, (await profiles()).status]).toEqual([503, 500]);
    expect((await world.adobe('/_control/faults/first', { method: 'DELETE' })).status).toBe(204);
    expect((await profiles()).status).toBe(503);
    expect((await world.adobe('/_control/faults/first', { method: 'DELETE' })).status).toBe(404);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['broken', (text: string) => expect(() => JSON.parse(text)).toThrow()],
    ['types', (text: string) => expect(JSON.parse(text)).toEqual({ profiles: {} })],
    ['names', (text: string) => expect(JSON.parse(text)).toEqual({ profiles_: {} })],
    ['empty', (text: string) => expect(JSON.parse(text)).toEqual({})],
    ['list', (text: string) => expect(JSON.parse(text)).toEqual([{ profiles: {} }])],
    ['null', (text: string) => expect(JSON.parse(text)).toBeNull()],
  ] as const)('wrong JSON: %s', async (how, holds) => {
    control.faults.add({ ...onProfiles, fault: { kind: 'wrongJson', how } });
    const response = await fetch(`${world.origins.adobe}/api/v2/REF30/profiles`, { headers: tv.headers });
    expect(response.status).toBe(200);
    holds(await response.text());
  });

  test('wrong types reach down to the leaves', async () => {
    control.faults.add({ match: { operation: 'sessions.create' }, fault: { kind: 'wrongJson' } });
    const { body } = await tv.form('/api/v2/REF30/sessions', completeForm);
    expect(body).toMatchObject({ code: 7, notBefore: 13, actionName: expect.any(Number) });
  });

  test('a huge body, to the byte', async () => {
    control.faults.add({ ...onProfiles, fault: { kind: 'huge', bytes: 3_000_001 } });
    const { text } = await profiles();
    expect([text.length, JSON.parse(text).length]).toEqual([3_000_001, 2_999_999]);
  });

  test('whoever leaves a huge body half read harms nobody', async () => {
    control.faults.add({ ...onProfiles, times: 1, fault: { kind: 'huge', bytes: 2 ** 28 } });
    const leaving = new AbortController();
    const response = await fetch(`${world.origins.adobe}/api/v2/REF30/profiles`, {
      headers: tv.headers,
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    expect((await profiles()).status).toBe(200);
  });

  test('a throttle of its own rate, for each address', async () => {
    control.faults.add({ ...onProfiles, fault: { kind: 'throttle', perSecond: 1, burst: 1 } });
    const from = async (address: string) => (await profiles({ 'x-forwarded-for': address })).status;
    expect([await from('1.1.1.1'), await from('1.1.1.1'), await from('1.1.1.1')]).toEqual([200, 200, 429]);
    expect(await from('2.2.2.2')).toBe(200);
    control.advance(1_000);
    expect(await from('1.1.1.1')).toBe(200);
  });

  test('a delay between two lengths, in the time of the world', async () => {
    control.faults.add({ ...onProfiles, seed: 's', fault: { kind: 'delay', ms: 60_000, upTo: 90_000 } });
    const answered = profiles();
    await expect.poll(() => world.clock.waiting).toBe(1);
    control.advance(90_000);
    expect((await answered).status).toBe(200);
  });
});

describe('assertions of an MVPD', () => {
  const logIn = async () => world.logIn(await tv.form('/api/v2/REF30/sessions', completeForm), stepwise());
  const submit = { party: 'mvpd', operation: 'login.submit' } as const;

  test.each(assertionFaultKinds)('%s: Adobe refuses it, and takes the next one', async (bend) => {
    control.faults.add({ match: submit, times: 1, fault: { kind: 'flaw', flaw: `assertion/${bend}` } });
    await logIn();
    expect((await profiles()).body).toEqual({ profiles: {} });
    expect((await logIn()).headers.location).toBe(completeForm.redirectUrl);
    expect((await profiles()).body).toHaveProperty('profiles.Cablevision');
  });

  test('a flaw on a call without an assertion leaves nothing behind', async () => {
    control.faults.add({
      match: { party: 'mvpd', operation: 'saml.sso' },
      fault: { kind: 'flaw', flaw: 'assertion/unsigned' },
    });
    await logIn();
    expect((await profiles()).body).toHaveProperty('profiles.Cablevision');
  });
});

describe('answers of an MVPD to XACML', () => {
  const authorized = async (device: Device): Promise<unknown> => {
    const { body } = await device.json('/api/v2/REF30/decisions/authorize/Cablevision', {
      resources: ['REF30'],
    });
    return (body['decisions'] as { authorized: boolean }[] | undefined)?.[0]?.authorized ?? false;
  };
  const match = { party: 'mvpd', operation: 'authorization' } as const;

  test.each(authorizationFaultKinds.filter((bend) => bend !== 'no-time-to-live'))(
    '%s is no permit',
    async (bend) => {
      await world.logIn(await tv.form('/api/v2/REF30/sessions', completeForm), stepwise());
      control.faults.add({ match, times: 1, fault: { kind: 'flaw', flaw: `decision/${bend}` } });
      expect([await authorized(tv), await authorized(tv)]).toEqual([false, true]);
    },
  );

  test('without any time to live a permit is none, unless Adobe has a setting of its own', async () => {
    const flaw = { match, fault: { kind: 'flaw', flaw: 'decision/no-time-to-live' } } as const;
    await world.logIn(await tv.form('/api/v2/REF30/sessions', completeForm), stepwise());
    control.faults.add(flaw);
    expect(await authorized(tv)).toBe(true);

    const mvpds = world.fixtures.mvpds.map((mvpd) =>
      mvpd.authorization ? { ...mvpd, authorization: { ...mvpd.authorization, ttl: null } } : mvpd,
    );
    await using unfinished = await startWorld({ fixtures: { ...world.fixtures, mvpds } });
    const device = await unfinished.device();
    await unfinished.logIn(await device.form('/api/v2/REF30/sessions', completeForm));
    unfinished.simulator.control.faults.add(flaw);
    expect(await authorized(device)).toBe(false);
  });
});

test.each([
  [{ kind: 'flaw', flaw: 'id-token/upside-down' }, 'fault.flaw'],
  [{ kind: 'huge', bytes: 0 }, 'fault.bytes'],
  [{ kind: 'delay', ms: 'long' }, 'fault.ms'],
])('%o is a 400 that names the member', async (fault, member) => {
  const { status, body } = await world.post('/_control/faults', { ...onProfiles, fault });
  expect([status, body['error']]).toEqual([400, expect.stringContaining(`at ${member}`)]);
});
