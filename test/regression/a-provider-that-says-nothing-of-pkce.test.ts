import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { startScriptedOp } from '../identity/scripted-op.ts';
import { atOp, providerOf, redirectUri, signIn } from '../identity/signing-in.ts';

const silent = async () => {
  const op = await startScriptedOp(systemClock);
  op.script.metadata = { code_challenge_methods_supported: undefined };
  return op;
};

test('it is sent a code challenge in any case', async () => {
  await using op = await silent();
  const { url } = await providerOf(atOp(op), systemClock).begin({ redirectUri });
  expect(url.searchParams.get('code_challenge_method')).toBe('S256');
  expect(await signIn(providerOf(atOp(op), systemClock), op)).toMatchObject({ subject: 'ana' });
});

test('where the operator requires PKCE, it is refused until its metadata lists S256', async () => {
  await using op = await silent();
  const strict = () => providerOf(atOp(op, { requirePkce: true }), systemClock);
  await expect(strict().begin({ redirectUri })).rejects.toMatchObject({
    code: 'identity_provider_misconfigured',
    detail: 'metadata: code_challenge_methods_supported',
  });
  op.script.metadata = { code_challenge_methods_supported: ['plain', 'S256'] };
  expect(await signIn(strict(), op)).toMatchObject({ subject: 'ana' });
});
