import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newSigningKey } from '../identity/drafts.ts';
import { json, type ScriptedOp } from '../identity/scripted-op.ts';
import { discovery, keys, outages, type ProviderFault, settingsAtFault } from '../support/provider-faults.ts';
import { startAccounts, startTwoProviders, type TwoProviders } from '../support/two-providers.ts';

/*
 * An identity provider did not know the gateway's secret, and the viewer read "We could not verify your identity",
 * while the log named neither provider nor step. A fault of ours is called ours: on the page, in the log, and in
 * readiness, with provider, step, endpoint, error and cure.
 */

let t: TwoProviders;
let op: ScriptedOp;
beforeAll(async () => {
  t = await startTwoProviders();
});
beforeEach(async () => {
  op = await startAccounts();
  t.lines.length = 0;
});
afterEach(() => op[Symbol.asyncDispose]());
afterAll(() => t[Symbol.asyncDispose]());

const fieldsOf = ({ step, at, error }: ProviderFault) => ({ step, endpoint: op.issuer + at, error });

/** The viewer's page, the log and readiness tell the same fault. */
const expectOurFault = async (one: ProviderFault, code: string): Promise<void> => {
  one.bend?.(op);
  await t.useDtc(op, one.settings);
  const { page } = await t.choose('Continue with Accounts');
  const reference = page.root.querySelector('.reference')?.text;
  expect(page.text).toContain('Continue with Google');
  expect(page.text).not.toContain('Continue with Accounts');
  expect(page.text).toContain('Cancel');
  const lines = t.lines.filter(({ msg }) => msg === 'a sign-in failed');
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'error',
      code,
      requestId: reference,
      provider: 'dtc',
      ...fieldsOf(one),
    }),
  ]);
  expect(lines[0]?.['cure']).toMatch(one.cure);
  expect(page.headers['x-request-id']).toBe(reference);
  expect(page.text).not.toContain(op.issuer);
  expect(await t.ready()).toMatchObject({
    status: 'ok',
    providers: {
      dtc: {
        state: 'failing',
        ...fieldsOf(one),
        since: expect.stringMatching(/^\d{4}-.*Z$/),
        cure: expect.stringMatching(one.cure),
        failedSignIns: 1,
      },
    },
  });
};

describe('a fault of our settings is ours', () => {
  test.each(settingsAtFault)('$name', async (one) => {
    await expectOurFault(one, 'identity_provider_misconfigured');
    const { page } = await t.choose('Continue with Accounts');
    expect(page.status).toBe(502);
    expect(page.text).toContain('This is not your fault, and we have been notified');
  });
});

test('free text of a provider is nowhere', async () => {
  const text = 'Ana of 1, High Street';
  op.routes['/token'] = json({ error: text, error_description: text }, 400);
  await t.useDtc(op);
  const { page } = await t.choose('Continue with Accounts');
  expect(page.status).toBe(502);
  const told = JSON.stringify([page.text, t.lines, await t.ready(), await t.metrics()]);
  expect(told).not.toContain(text);
  expect(told).toContain('"error":"unnamed"');
});

describe('an outage is not the viewer’s fault', () => {
  test.each(outages)('$name', async (one) => {
    await expectOurFault(one, 'identity_provider_unavailable');
    const { page } = await t.choose('Continue with Accounts');
    expect(page.status).toBe(503);
    expect(page.text).toContain('The sign-in service is not responding');
    expect(page.text).toContain('Try again');
  });

  test('nobody is there', async () => {
    await t.useDtc({ issuer: 'http://127.0.0.1:1' });
    expect((await t.choose('Continue with Accounts')).page.status).toBe(503);
    const facts = { step: 'discovery', endpoint: `http://127.0.0.1:1${discovery}`, error: 'ECONNREFUSED' };
    expect(t.lines.find(({ msg }) => msg === 'a sign-in failed')).toMatchObject(facts);
  });
});

describe('what may be an attack stays a refused identity', () => {
  test.each([
    ['wrong nonce', { nonce: 'another' }],
    ['wrong audience', { aud: 'another' }],
  ])('%s', async (_, claims) => {
    op.script.claims = claims;
    await t.useDtc(op);
    const { page } = await t.choose('Continue with Accounts');
    expect(page.status).toBe(401);
    expect(page.text).toContain('We could not verify your identity');
    const line = t.lines.find(({ msg }) => msg === 'a sign-in was refused');
    const place = { provider: 'dtc', step: 'id-token', endpoint: `${op.issuer}/token` };
    expect(line).toMatchObject({ level: 'warn', code: 'identity_rejected', ...place });
    expect(await t.ready()).toMatchObject({ providers: { dtc: { state: 'untried' } } });
  });

  test('key that is not published', async () => {
    op.publish(newSigningKey('another'));
    await t.useDtc(op);
    expect((await t.choose('Continue with Accounts')).page.status).toBe(401);
    const line = t.lines.find(({ msg }) => msg === 'a sign-in was refused');
    expect(line).toMatchObject({ provider: 'dtc', step: 'id-token', cure: expect.stringMatching(keys) });
  });

  test('clock that differs by an hour', async () => {
    op.script.claims = { iat: Date.now() / 1000 + 3600, exp: Date.now() / 1000 + 7200 };
    await t.useDtc(op);
    expect((await t.choose('Continue with Accounts')).page.status).toBe(401);
    const line = t.lines.find(({ msg }) => msg === 'a sign-in was refused');
    expect(line).toMatchObject({ cure: expect.stringContaining('clockTolerance') });
  });

  test('forged signature', async () => {
    op.script.bend = (draft) => ({ ...draft, key: newSigningKey('one').privateKey });
    await t.useDtc(op);
    expect((await t.choose('Continue with Accounts')).page.status).toBe(401);
    expect(await t.ready()).toMatchObject({ providers: { dtc: { state: 'untried' } } });
  });
});

test('the viewer goes on with another provider, from that page', async () => {
  await t.useDtc(op, { clientSecret: 'wrong' });
  const { browser } = await t.choose('Continue with Accounts');
  const done = await browser.submit({ button: 'Continue with Google' });
  expect(done.url.searchParams.get('code')).toBeTruthy();
});

test('readiness counts the failures until the next success', async () => {
  const right = op.routes['/token'] ?? json({});
  op.routes['/token'] = json({ error: 'invalid_client' }, 401);
  await t.useDtc(op);
  await t.choose('Continue with Accounts');
  await t.choose('Continue with Google');
  const first = await t.ready();
  await t.choose('Continue with Accounts');
  const { since } = (first['providers'] as Record<string, { since: string }>)['dtc'] ?? {};
  expect(await t.ready()).toMatchObject({ providers: { dtc: { since, failedSignIns: 2 } } });
  expect(await t.metrics()).toContain(
    'kinpass_identity_provider_failures_total{provider="dtc",step="token"}',
  );
  op.routes['/token'] = right;
  const { page } = await t.choose('Continue with Accounts');
  expect(page.url.searchParams.get('code')).toBeTruthy();
  expect(await t.ready()).toMatchObject({ providers: { dtc: { state: 'ok' } } });
});

test('a failing provider stays so after a reload, unless the settings of the provider change', async () => {
  op.routes['/token'] = json({ error: 'invalid_client' }, 401);
  await t.useDtc(op);
  await t.choose('Continue with Accounts');
  await t.useDtc(op);
  expect(await t.ready()).toMatchObject({ providers: { dtc: { failedSignIns: 1 } } });
  await t.useDtc(op, { clientSecret: 'another' });
  expect(await t.ready()).toMatchObject({ providers: { dtc: { state: 'untried' } } });
});
