import { expect, test } from 'vitest';
import type { Stores } from '#src/stores/ports';
import { account, auditRecord, instance, signIn } from '../../support/builders.ts';
import type { Given, Start } from '../conformance.ts';
import { identityOf } from './rows.ts';

const token = { model: 'AccessToken', id: 'token', payload: { grantId: 'g1', exp: 2 }, grantId: 'g1' };
const pair = { id: 'pair', secret: 'secret of the pair', instance: 'i1', holder: '', createdAt: 1 };

const addAccount = ({ accounts }: Stores, id: string) =>
  accounts.resolve({
    identity: identityOf(id),
    fresh: account({ id }),
    link: { authorities: [], provenSince: 0 },
  });

/** Ana's sign-in `g1` on the instance `i1`, with the access token `token`. */
const signedIn = async (start: Start): Promise<Given & { now: number }> => {
  const given = await start();
  const { stores, clock } = given;
  const now = clock.now();
  await addAccount(stores, 'ana');
  await stores.instances.add(instance({ id: 'i1' }));
  await stores.signIns.record(signIn({ grant: 'g1', instance: 'i1', viewer: 'ana' }));
  await stores.artifacts.upsert({ ...token, expiresAt: now + 1_000 }, now);
  return { ...given, now };
};

export const callerPromises = (start: Start): void => {
  test('an access token is found with its sign-in, instance, account and credentials', async () => {
    const { stores, rival, now } = await signedIn(start);
    const own = { ...pair, holder: 'ana' };
    await stores.credentials.add(own);
    expect(await rival.callers.byAccessToken('token', now)).toEqual({
      artifact: { payload: token.payload, consumedAt: null, answerKept: false },
      signIn: signIn({ grant: 'g1', instance: 'i1', viewer: 'ana' }),
      instance: instance({ id: 'i1' }),
      account: account({ id: 'ana' }),
      revoked: undefined,
      pairs: [own],
    });
  });

  test('the pairs are those of the viewer and of nobody, never those of somebody else', async () => {
    const { stores, now } = await signedIn(start);
    for (const holder of ['ana', '', 'ben'])
      await stores.credentials.add({ ...pair, id: `of ${holder}`, holder });
    await stores.credentials.add({ ...pair, id: 'elsewhere', instance: 'i2', holder: 'ana' });
    const found = await stores.callers.byAccessToken('token', now);
    expect(found?.pairs.map(({ id }) => id).sort()).toEqual(['of ', 'of ana']);
  });

  test('the first use of an issued token is still to be said', async () => {
    const { stores, now } = await signedIn(start);
    const code = { model: 'DeviceCode', id: 'code', payload: {}, grantId: 'g1' };
    await stores.artifacts.upsert(code, now);
    const kept = { answer: {}, answerUntil: now + 1_000, rememberedUntil: now + 1_000 };
    const issued = [{ ...token, id: 'issued' }];
    await stores.exchanges.commit(
      { redeemed: { model: 'DeviceCode', id: 'code' }, grant: 'g1', client: 'tv', issued, ...kept },
      now,
    );
    expect((await stores.callers.byAccessToken('issued', now))?.artifact.answerKept).toBe(true);
    await stores.exchanges.used('AccessToken', 'issued');
    expect((await stores.callers.byAccessToken('issued', now))?.artifact.answerKept).toBe(false);
  });

  test.each(['instance', 'account'] as const)('it says that the %s is revoked', async (kind) => {
    const { stores, now } = await signedIn(start);
    const id = kind === 'instance' ? 'i1' : 'ana';
    await stores.revocations.add({ kind, id, reason: '', at: now }, auditRecord());
    // Revoking ended the sign-in; this one was recorded at the same time.
    await stores.signIns.record(signIn({ grant: 'g1', instance: 'i1', viewer: 'ana' }));
    await stores.artifacts.upsert(token, now);
    expect(await stores.callers.byAccessToken('token', now)).toMatchObject({ revoked: kind });
  });

  test('an instance of that name is no account, and the instance comes first', async () => {
    const { stores, now } = await signedIn(start);
    const revoke = (kind: 'instance' | 'account' | 'jti', id: string) =>
      stores.revocations.add({ kind, id, reason: '', at: now }, auditRecord());
    for (const [kind, id] of [
      ['account', 'i1'],
      ['instance', 'ana'],
      ['jti', 'i1'],
      ['jti', 'ana'],
    ] as const)
      await revoke(kind, id);
    expect(await stores.callers.byAccessToken('token', now)).toMatchObject({ revoked: undefined });
    await revoke('account', 'ana');
    await revoke('instance', 'i1');
    await stores.signIns.record(signIn({ grant: 'g1', instance: 'i1', viewer: 'ana' }));
    await stores.artifacts.upsert(token, now);
    expect(await stores.callers.byAccessToken('token', now)).toMatchObject({ revoked: 'instance' });
  });

  test('a token whose sign-in, instance and account are not there is found alone', async () => {
    const { stores, clock } = await start();
    await stores.artifacts.upsert(token, clock.now());
    expect(await stores.callers.byAccessToken('token', clock.now())).toEqual({
      artifact: { payload: token.payload, consumedAt: null, answerKept: false },
      signIn: undefined,
      instance: undefined,
      account: undefined,
      revoked: undefined,
      pairs: [],
    });
  });

  test('no token is found that expired, was never stored, or is of another model', async () => {
    const { stores, now } = await signedIn(start);
    await stores.artifacts.upsert({ ...token, model: 'RefreshToken', id: 'refresh' }, now);
    expect(await stores.callers.byAccessToken('token', now + 1_000)).toBeUndefined();
    expect(await stores.callers.byAccessToken('refresh', now)).toBeUndefined();
    expect(await stores.callers.byAccessToken('unknown', now)).toBeUndefined();
  });

  test('an artifact is found together with its grant, sign-in and viewer; so is the grant itself', async () => {
    const { stores, rival, now } = await signedIn(start);
    const plain = { consumedAt: null, answerKept: false };
    const found = {
      artifact: { payload: token.payload, ...plain },
      grant: { payload: { exp: 3 }, ...plain },
      signIn: signIn({ grant: 'g1', instance: 'i1', viewer: 'ana' }),
      viewer: { account: account({ id: 'ana' }), isRevoked: false },
    };
    const key = { model: 'RefreshToken', id: 'refresh' };
    await stores.artifacts.upsert({ ...token, ...key, expiresAt: now + 1_000 }, now);
    expect(await rival.callers.byIssue(key, now)).toEqual({ ...found, grant: undefined });
    const grant = { model: 'Grant', id: 'g1' };
    await stores.artifacts.upsert({ ...grant, payload: { exp: 3 }, expiresAt: now + 500 }, now);
    expect(await rival.callers.byIssue(key, now)).toEqual(found);
    expect(await rival.callers.byIssue(grant, now)).toEqual({ ...found, artifact: found.grant });
    expect(await rival.callers.byIssue(key, now + 500)).toEqual({ ...found, grant: undefined });
    expect(await rival.callers.byIssue(key, now + 1_000)).toBeUndefined();
    expect(await rival.callers.byIssue({ ...key, model: 'DeviceCode' }, now)).toBeUndefined();
    await stores.revocations.add({ kind: 'account', id: 'ana', reason: '', at: now }, auditRecord());
    await stores.artifacts.upsert({ ...token, ...key }, now);
    expect(await rival.callers.byIssue(key, now)).toMatchObject({ signIn: undefined, viewer: undefined });
    await stores.signIns.record(signIn({ grant: 'g1', instance: 'i1', viewer: 'ana' }));
    expect(await rival.callers.byIssue(key, now)).toMatchObject({ viewer: { isRevoked: true } });
  });

  test('an artifact without a grant is found alone', async () => {
    const { stores, now } = await signedIn(start);
    const code = { model: 'DeviceCode', id: 'code' };
    await stores.artifacts.upsert({ ...code, payload: {} }, now);
    expect(await stores.callers.byIssue(code, now)).toEqual({
      artifact: { payload: {}, consumedAt: null, answerKept: false },
      grant: undefined,
      signIn: undefined,
      viewer: undefined,
    });
  });

  test('a client token is found with its instance and the credentials that nobody holds', async () => {
    const { stores, rival, now } = await signedIn(start);
    const value = { instance: 'i1', expiresAt: now + 1_000 };
    await stores.records.put('client-token', 'key', { value, expiresAt: now + 1_000 });
    await stores.records.put('transaction', 'other', { value, expiresAt: now + 1_000 });
    await stores.credentials.add(pair);
    await stores.credentials.add({ ...pair, id: 'of ana', holder: 'ana' });
    const found = { value, instance: instance({ id: 'i1' }), revoked: undefined, pairs: [pair] };
    expect(await rival.callers.byClientToken('key', now)).toEqual(found);
    await stores.revocations.add({ kind: 'instance', id: 'i1', reason: '', at: now }, auditRecord());
    expect(await rival.callers.byClientToken('key', now)).toEqual({ ...found, revoked: 'instance' });
    expect(await rival.callers.byClientToken('key', now + 1_000)).toBeUndefined();
    expect(await rival.callers.byClientToken('other', now)).toBeUndefined();
    expect(await rival.callers.byClientToken('unknown', now)).toBeUndefined();
  });

  test('a record that names no instance is found alone', async () => {
    const { stores, clock } = await start();
    for (const value of ['text', ['i1'], { instance: 1 }, null]) {
      await stores.records.put('client-token', 'key', { value, expiresAt: clock.now() + 1_000 });
      expect(await stores.callers.byClientToken('key', clock.now())).toEqual({
        value,
        instance: undefined,
        revoked: undefined,
        pairs: [],
      });
    }
  });
};
