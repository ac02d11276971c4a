import { expect, test } from 'vitest';
import { createAccessTokens } from '#src/adobe-pass/access-token';
import type { IssuedToken } from '#src/adobe-pass/token-request';
import { systemIds } from '#src/lib/ids';
import { createDistributedLock } from '#src/stores/lease';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { call, device, seen, startGatewaySide } from './gateway-side.ts';
import { profiles, type Reply } from './scripted-adobe.ts';

const issued = (access_token: string, expires_in = 21_600): Reply => ({
  status: 201,
  body: { id: 'a932', access_token, created_at: 1752148106221, expires_in, token_type: 'bearer' },
});
const unauthorized: Reply = { status: 401, headers: { 'content-type': 'text/html' }, body: '' };
const tokenPath = '/o/client/token';

test('one request in DCR’s own form, then the token serves for hours', async () => {
  await using side = await startGatewaySide();
  await side.pass.getProfiles(call);
  await side.clock.advance(5 * 3_600_000);
  await side.pass.getProfiles(call);
  const requests = side.adobe.heardAt(tokenPath);
  expect(requests).toHaveLength(1);
  expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual({
    client_id: 'client-1',
    client_secret: 'secret-1',
    grant_type: 'client_credentials',
  });
});

test('it is renewed before it expires', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(tokenPath, issued('first'), issued('second'));
  await side.pass.getProfiles(call);
  await side.clock.advance(21_600_000 - 60_000);
  await side.pass.getProfiles(call);
  expect(side.adobe.heardAt('/api').map(({ headers }) => headers.authorization)).toEqual([
    'Bearer first',
    'Bearer second',
  ]);
});

test('another process finds it in the store', async () => {
  await using side = await startGatewaySide();
  await side.pass.getProfiles(call);
  await side.anotherProcess().getProfiles(call);
  expect(side.adobe.heardAt(tokenPath)).toHaveLength(1);
});

test('a herd in two processes makes one token request', async () => {
  await using side = await startGatewaySide();
  const processes = [side.pass, side.anotherProcess()];
  const herd = Array.from({ length: 200 }, (_, n) => processes[n % 2]?.getProfiles(call));
  const answers = await side.meanwhile(Promise.all(herd));
  expect(answers.every((answer) => answer?.status === 200)).toBe(true);
  expect(side.adobe.heardAt(tokenPath)).toHaveLength(1);
});

test('a herd that is answered 401 renews once and repeats once each', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(tokenPath, issued('revoked'), issued('fresh'));
  side.adobe.at('/api', (response, request) => {
    const known = request.headers.authorization === 'Bearer fresh';
    response.writeHead(known ? 200 : 401).end(known ? JSON.stringify(profiles) : '');
  });
  const processes = [side.pass, side.anotherProcess()];
  const herd = Array.from({ length: 50 }, (_, n) => processes[n % 2]?.getProfiles(call));
  const answers = await side.meanwhile(Promise.all(herd));
  expect(answers.every((answer) => answer?.status === 200)).toBe(true);
  expect(side.adobe.heardAt(tokenPath)).toHaveLength(2);
  expect(side.adobe.heardAt('/api').length).toBeLessThanOrEqual(100);
});

test.for([
  ['byCause', { code: 'gateway_adobe_unauthorized', detail: 'invalid_access_token_service_provider' }],
  ['asDocumented', undefined],
] as const)('a 401 that stays is not chased, %s', async ([accessTokenErrors, refused]) => {
  await using side = await startGatewaySide({ accessTokenErrors });
  const body = {
    action: 'application-registration',
    status: 401,
    code: 'invalid_access_token_service_provider',
  };
  side.adobe.at(tokenPath, issued('first'), issued('second'), issued('third'));
  side.adobe.at('/api', { status: 401, body });
  const outcome = side.pass.getProfiles(call);
  if (refused) await expect(outcome).rejects.toMatchObject(refused);
  else expect(seen(await outcome)).toEqual({ status: 401, body });
  expect(side.adobe.heardAt('/api')).toHaveLength(2);
  side.adobe.at('/api', unauthorized);
  const code = refused ? refused.code : 'gateway_adobe_answer_invalid';
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code });
});

test('credentials that Adobe has forgotten are told apart', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(tokenPath, { status: 400, body: { error: 'invalid_client' } });
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_client_invalid' });
  side.adobe.at(tokenPath, { status: 400, body: { error: 'unauthorized_client' } });
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_token_refused' });
  expect(side.adobe.heardAt('/api')).toEqual([]);
});

const nonsense: readonly (readonly [string, Reply])[] = [
  ['HTML', { body: '<html>' }],
  ['a token that no header can carry', issued('a\r\nb')],
  ['no lifetime', { body: { access_token: 'a', token_type: 'bearer' } }],
  ['an endless lifetime', { body: '{"access_token":"a","token_type":"bearer","expires_in":1e400}' }],
  ['another type', { body: { access_token: 'a', token_type: 'mac', expires_in: 60 } }],
];

test.for(nonsense)('%s is no token answer, and nothing of it is kept', async ([, reply]) => {
  await using side = await startGatewaySide();
  side.adobe.at(tokenPath, reply, issued('sound'));
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_answer_invalid' });
  expect((await side.pass.getProfiles(call)).status).toBe(200);
});

test('who hangs up leaves the others their token', async () => {
  await using side = await startGatewaySide();
  const asked = Promise.withResolvers<() => void>();
  side.adobe.at(tokenPath, (response) =>
    asked.resolve(() =>
      response.end(JSON.stringify({ access_token: 'a', expires_in: 60, token_type: 'bearer' })),
    ),
  );
  const gone = new AbortController();
  const leaving = side.pass.getProfiles({ ...call, signal: gone.signal });
  const staying = side.pass.getProfiles(call);
  const answer = await asked.promise;
  gone.abort(new Error('closed'));
  await expect(leaving).rejects.toThrow('closed');
  answer();
  expect((await staying).status).toBe(200);
});

test('one malformed caller does not spoil the token for the others', async () => {
  await using side = await startGatewaySide();
  const bent = { ...call, device: { ...device, info: 'a\nb' } };
  const [refused, served] = await Promise.allSettled([
    side.pass.getProfiles(bent),
    side.pass.getProfiles(call),
  ]);
  expect([refused.status, served.status]).toEqual(['rejected', 'fulfilled']);
});

test('a rival who stored a token just before the lease was free is used', async () => {
  const clock = createManualClock();
  const { records, leases } = createMemoryStores();
  const rival = { value: { token: 'rival', renewAt: clock.now() + 1_000 }, expiresAt: clock.now() + 1_000 };
  const lock = createDistributedLock({
    clock,
    ids: systemIds,
    leases: {
      ...leases,
      acquire: async (lease) => {
        await records.put('adobe-access-token', 'client-1', rival);
        return leases.acquire(lease);
      },
    },
  });
  const request = () => Promise.reject(new Error('a second token request'));
  const tokens = createAccessTokens({ request, records, lock, clock, timeout: 1_000, maxKept: 10 });
  expect(await tokens.of(call.credentials, { device })).toBe('rival');
});

/** Two processes on one store, each with a clock of its own; the requests of the first are answered by hand. */
const startTwo = () => {
  const { records, leases } = createMemoryStores();
  const processOf = (clock: ManualClock, request: () => Promise<IssuedToken>) => {
    const lock = createDistributedLock({ leases, clock, ids: systemIds });
    const tokens = createAccessTokens({ request, records, lock, clock, timeout: 20_000, maxKept: 10 });
    return { clock, of: () => tokens.of(call.credentials, { device }) };
  };
  const [slow, quick] = [createManualClock(), createManualClock()];
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<IssuedToken>();
  const first = processOf(slow, () => {
    asked.resolve();
    return answer.promise;
  });
  const second = processOf(quick, async () => ({ accessToken: 'newer', lifetime: 3_600_000 }));
  const stored = () => records.get('adobe-access-token', call.credentials.id, quick.now());
  return { first, second, asked: asked.promise, answer: answer.resolve, stored };
};

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise(setImmediate);
};

test('a process that was suspended while it renewed a token does not overwrite a newer one, and uses that', async () => {
  const { first, second, asked, answer, stored } = startTwo();
  const late = first.of();
  await asked;
  const newer = second.of();
  await until(() => second.clock.waiting > 0);
  await second.clock.advance(4_100); // the first one stands still
  expect(await newer).toBe('newer');
  await first.clock.leap(10_000); // renews what it has lost
  answer({ accessToken: 'older', lifetime: 3_600_000 });
  expect(await late).toBe('newer');
  expect(await stored()).toMatchObject({ token: 'newer' });
});

test('the lifetime of a token is counted from the request, not from when the response is read', async () => {
  const { first, asked, answer, stored } = startTwo();
  const late = first.of();
  await asked;
  const askedAt = first.clock.now();
  await first.clock.leap(10_000);
  answer({ accessToken: 'slow', lifetime: 3_600_000 });
  expect(await late).toBe('slow');
  expect(await stored()).toEqual({ token: 'slow', renewAt: askedAt + 3_540_000 });
});

test('a process that dies while it renews holds the others up no longer than its lease', async () => {
  await using side = await startGatewaySide();
  const now = side.clock.now();
  const name = 'adobe-access-token:client-1';
  await side.leases.acquire({ name, owner: 'the dead one', until: now + 3_000, now });
  expect((await side.meanwhile(side.pass.getProfiles(call))).status).toBe(200);
});
