import { expect, test } from 'vitest';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import { app, startScriptedFacebook, userId } from '../identity/scripted-facebook.ts';
import { startScriptedOp } from '../identity/scripted-op.ts';
import { atOp, providerOf, signIn } from '../identity/signing-in.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();
const minuteAhead = createManualClock(clock.now() + 60_000);
const rejected = { code: 'identity_rejected' };

test.each(['oidc', 'google'] as const)(
  '%s: a minute is too much, unless the operator allows it',
  async (kind) => {
    await using op = await startScriptedOp(minuteAhead);
    const { issuer, client } = op;
    const at = (settings: object) =>
      kind === 'oidc'
        ? atOp(op, settings)
        : { kind, issuer, clientId: client.id, clientSecret: client.secret, ...settings };
    await expect(signIn(providerOf(at({}), clock), op)).rejects.toMatchObject(rejected);
    expect(await signIn(providerOf(at({ clockTolerance: '60s' }), clock), op)).toMatchObject({
      subject: 'ana',
    });
    await expect(signIn(providerOf(at({ clockTolerance: '59s' }), clock), op)).rejects.toMatchObject(
      rejected,
    );
  },
);

test('facebook: a minute is too much, unless the operator allows it', async () => {
  await using facebook = await startScriptedFacebook(minuteAhead);
  facebook.script.bend = (draft) => draft;
  const { origin } = facebook;
  const at = (settings: object) =>
    providerOf({ kind: 'facebook', webOrigin: origin, graphOrigin: origin, ...app, ...settings }, clock);
  await expect(signIn(at({}), facebook)).rejects.toMatchObject(rejected);
  expect(await signIn(at({ clockTolerance: '60s' }), facebook)).toMatchObject({ subject: userId });
});

test('a minute behind counts as much: its ID Tokens seem to have expired', async () => {
  const minuteBehind = createManualClock(clock.now() - 60_000);
  await using op = await startScriptedOp(minuteBehind);
  op.script.claims = { exp: minuteBehind.now() / 1000 + 10 };
  await expect(signIn(providerOf(atOp(op), clock), op)).rejects.toMatchObject(rejected);
  const tolerant = atOp(op, { clockTolerance: '60s' });
  expect(await signIn(providerOf(tolerant, clock), op)).toMatchObject({ subject: 'ana' });
});

test('an ID Token of 24 KB is too long, unless the operator allows it', async () => {
  await using op = await startScriptedOp(clock);
  op.script.claims = { groups: 'x'.repeat(18_000) };
  await expect(signIn(providerOf(atOp(op), clock), op)).rejects.toMatchObject({
    detail: 'id_token: size or spelling',
  });
  const generous = atOp(op, { maxIdTokenLength: 32_768 });
  expect(await signIn(providerOf(generous, clock), op)).toMatchObject({ subject: 'ana' });
});

test.each([
  [{ clockTolerance: '6m' }, 'clockTolerance'],
  [{ maxIdTokenLength: 1_000 }, 'maxIdTokenLength'],
  [{ maxIdTokenLength: 1_000_000 }, 'maxIdTokenLength'],
])('%j is out of bounds', (settings, path) => {
  const client = { id: 'google', label: 'Google', kind: 'google', clientId: 'kinpass' };
  expect(identityProviderSchema.safeParse({ ...client, ...settings }).error?.issues).toMatchObject([
    { path: [path] },
  ]);
  expect(identityProviderSchema.parse(client)).toMatchObject({
    clockTolerance: 30_000,
    maxIdTokenLength: 16_384,
  });
});
