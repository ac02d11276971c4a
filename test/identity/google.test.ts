import { defaultFixtures } from '@kinpass/simulator';
import { request } from '@kinpass/simulator/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { refused } from './bent-id-tokens.ts';
import { type ScriptedOp, startScriptedOp } from './scripted-op.ts';
import { providerOf, signIn } from './signing-in.ts';
import { callbackOf, signInAt, startSimulatedProviders } from './simulated.ts';

const clock = createManualClock();
let google: ScriptedOp;
beforeEach(async () => {
  google = await startScriptedOp(clock);
  google.script.metadata = { authorization_response_iss_parameter_supported: undefined };
  google.script.callback = { iss: undefined };
});
afterEach(() => google[Symbol.asyncDispose]());

const provider = () =>
  providerOf(
    {
      kind: 'google',
      issuer: google.issuer,
      clientId: google.client.id,
      clientSecret: google.client.secret,
      authorizedParties: ['kinpass-on-android'],
    },
    clock,
  );

const rejected = { code: 'identity_rejected' };
const bareHost = () => new URL(google.issuer).host;

test('either spelling of the issuer is one and the same identity', async () => {
  const asUrl = await signIn(provider(), google);
  google.script.claims = { iss: bareHost() };
  const bare = await signIn(provider(), google);
  expect(bare).toEqual(asUrl);
  expect(bare).toEqual({ provider: 'op', issuer: google.issuer, subject: 'ana' });
});

describe('the bare issuer excuses nothing', () => {
  test.each(refused.filter(([name]) => !name.startsWith('iss')))('%s', async (_, bend) => {
    google.script.claims = { iss: bareHost() };
    google.script.bend = bend;
    await expect(signIn(provider(), google)).rejects.toMatchObject(rejected);
  });
});

test.each([
  ['with a scheme of its own', () => `https://${bareHost()}`],
  ['with a slash', () => `${bareHost()}/`],
  ['of another port', () => '127.0.0.1:1'],
  ['without the port', () => '127.0.0.1'],
])('the issuer %s is another', async (_, spell) => {
  google.script.claims = { iss: spell() };
  await expect(signIn(provider(), google)).rejects.toMatchObject(rejected);
});

test('an iss in the callback must be the one of the metadata', async () => {
  google.script.callback = { iss: 'https://mallory.example' };
  await expect(signIn(provider(), google)).rejects.toMatchObject(rejected);
  expect(google.server.times('/token')).toBe(0);
});

test("a token for the Android app of the same project is accepted, for a stranger's not", async () => {
  google.script.claims = { azp: 'kinpass-on-android' };
  expect(await signIn(provider(), google)).toMatchObject({ subject: 'ana' });
  google.script.claims = { azp: 'mallory' };
  await expect(signIn(provider(), google)).rejects.toMatchObject(rejected);
});

describe('Google is authoritative for the address', () => {
  const [own, workspace] = ['own-mailbox', 'workspace'];
  test.each([
    [{ email: 'ana@gmail.com', email_verified: true }, own],
    [{ email: 'ana@googlemail.com', email_verified: true }, own],
    [{ email: 'Ana@GMail.com' }, own],
    [{ email: 'ana@gmail.com', email_verified: false }, null],
    [{ email: 'ana@gmail.com.mallory.example', email_verified: true }, null],
    [{ email: 'ana@viewers.example', email_verified: true }, null],
    [{ email: 'ana@viewers.example', email_verified: true, hd: 'viewers.example' }, workspace],
    [{ email: 'ana@viewers.example', email_verified: true, hd: 'Viewers.Example' }, workspace],
    [{ email: 'ana@viewers.example', email_verified: false, hd: 'viewers.example' }, null],
    [{ email: 'ana@viewers.example', hd: 'viewers.example' }, null],
    [{ email: 'ana@viewers.example', email_verified: true, hd: 'mallory.example' }, null],
    [{ email: 'ana@viewers.example', email_verified: true, hd: true }, null],
  ])('%j: %s', async (claims, rule) => {
    google.script.claims = claims;
    const authority = rule && `op ${google.issuer} ${rule}`;
    expect((await signIn(provider(), google)).email?.authority).toBe(authority);
  });
});

test('through the simulated Google, in both spellings', async () => {
  await using simulator = await startSimulatedProviders();
  const { adobe, google: issuer } = simulator.origins;
  const viewer = async () => {
    const config = { kind: 'google', issuer, ...defaultFixtures.clients.google } as const;
    const real = providerOf(config, systemClock);
    const arrived = await signInAt(real, callbackOf('google'), async (browser) => {
      await browser.submit({ button: 'ana@viewers.example' });
      await browser.submit({ fill: { password: 'ana-password' } });
    });
    return real.complete(arrived);
  };
  const bare = await viewer();
  const url = `${adobe}/_control/identities/google/switches`;
  expect((await request({ method: 'PUT', url, json: { issuerForm: 'url' } })).status).toBe(200);
  expect(await viewer()).toEqual(bare);
  expect(bare).toMatchObject({
    issuer,
    email: { address: 'ana@viewers.example', authority: `op ${issuer} workspace` },
    name: 'Ana Lima',
  });
});
