import { describe, expect, test } from 'vitest';
import { createRevocations, keysOf } from '#src/families/revocations';
import { createMemoryStores } from '#src/stores/memory/create';
import { auditRecord, signIn } from '../support/builders.ts';

const start = async () => {
  const { revocations: store, signIns } = createMemoryStores();
  await signIns.record(signIn({ grant: 'g1', instance: 'tv-1', viewer: 'ana' }));
  await signIns.record(signIn({ grant: 'g2', instance: 'tv-2', viewer: 'ana' }));
  await signIns.record(signIn({ grant: 'g3', instance: 'tv-2', viewer: 'ben' }));
  const active = async () =>
    (await Promise.all(['g1', 'g2', 'g3'].map((grant) => signIns.find(grant)))).flatMap(
      (found) => found?.grant ?? [],
    );
  return { active, revocations: createRevocations({ store }) };
};

describe('revoking', () => {
  test.each([
    ['account', 'ana', ['g3']],
    ['instance', 'tv-2', ['g1']],
    ['jti', 'ana', ['g1', 'g2', 'g3']],
    ['jti', 'tv-2', ['g1', 'g2', 'g3']],
  ] as const)('an %s ends the sign-ins of it, and no others', async (kind, id, left) => {
    const { revocations, active } = await start();
    await revocations.revoke({ kind, id }, auditRecord());
    expect(await active()).toEqual(left);
  });

  test('records when and why, and the first record stands', async () => {
    const { revocations } = await start();
    const key = { kind: 'account', id: 'ana' } as const;
    const revocation = { ...key, reason: 'lost', at: 1_000 };
    const first = await revocations.revoke(key, auditRecord({ reason: 'lost', at: 1_000 }));
    expect(first).toMatchObject({ revocation, entry: { seq: 1 } });
    const second = await revocations.revoke(key, auditRecord({ reason: 'again', at: 2_000 }));
    expect(second).toEqual({ revocation });
    expect((await revocations.list({ limit: 10 })).revocations).toHaveLength(1);
  });

  test('lifting says whether there was anything to lift, and revives no sign-in', async () => {
    const { revocations, active } = await start();
    const key = { kind: 'account', id: 'ana' } as const;
    await revocations.revoke(key, auditRecord());
    expect(await revocations.lift(key, auditRecord())).toHaveProperty('entry');
    expect(await revocations.lift(key, auditRecord())).toEqual({});
    expect(await active()).toEqual(['g3']);
    await expect(revocations.refuse(keysOf('tv-1', 'ana'))).resolves.toBeUndefined();
  });
});

test('a caller is refused for the instance as for the account, and the reason is for the log only', async () => {
  const { revocations } = await start();
  const keys = keysOf('tv-1', 'ana');
  expect(await revocations.anyOf(keys)).toBeUndefined();
  await revocations.revoke({ kind: 'instance', id: 'tv-1' }, auditRecord());
  expect(await revocations.anyOf(keys)).toEqual({ kind: 'instance', id: 'tv-1' });
  await expect(revocations.refuse(keys)).rejects.toMatchObject({
    code: 'gateway_revoked',
    detail: 'the instance is revoked',
  });
});

test('without a viewer there is only the instance to ask about', () => {
  expect(keysOf('tv-1')).toEqual([{ kind: 'instance', id: 'tv-1' }]);
  expect(keysOf('tv-1', 'ana')).toEqual([
    { kind: 'instance', id: 'tv-1' },
    { kind: 'account', id: 'ana' },
  ]);
});
