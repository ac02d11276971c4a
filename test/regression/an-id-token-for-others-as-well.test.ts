import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { type ScriptedOp, startScriptedOp } from '../identity/scripted-op.ts';
import { atOp, providerOf, signIn } from '../identity/signing-in.ts';

const signInWith = (op: ScriptedOp, trustedAudiences: readonly string[]) =>
  signIn(providerOf(atOp(op, { trustedAudiences }), systemClock), op);

test('an ID Token that is also meant for somebody else is refused, unless they are trusted', async () => {
  await using op = await startScriptedOp(systemClock);
  op.script.claims = { aud: [op.client.id, 'https://api.example'], azp: op.client.id };
  const refused = { code: 'identity_rejected', detail: 'id_token: aud' };
  await expect(signInWith(op, [])).rejects.toMatchObject(refused);
  await expect(signInWith(op, ['https://api.example/'])).rejects.toMatchObject(refused);
  expect(await signInWith(op, ['https://api.example'])).toMatchObject({ subject: 'ana' });
});

test('a trusted audience is no substitute for ours', async () => {
  await using op = await startScriptedOp(systemClock);
  op.script.claims = { aud: ['https://api.example'], azp: op.client.id };
  await expect(signInWith(op, ['https://api.example'])).rejects.toMatchObject({ code: 'identity_rejected' });
});
