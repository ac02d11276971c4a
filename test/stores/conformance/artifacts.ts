import { expect, test } from 'vitest';
import type { JsonObject } from '#src/lib/json';
import type { Artifact } from '#src/stores/expiring-ports';
import type { Start } from '../conformance.ts';
import { numbers, rivals, strangeKeys } from './rivals.ts';
import { startTimed } from './timed.ts';

const minute = 60_000;
const payload: JsonObject = {
  jti: 'id',
  nested: { scopes: ['openid', 'offline_access'], none: null },
  exp: 1.5,
};
const code = (id: string, more: Partial<Artifact> = {}): Artifact => ({
  model: 'DeviceCode',
  id,
  payload: { ...payload, jti: id },
  ...more,
});

export const artifactPromises = (start: Start): void => {
  test('a payload comes back exactly as it was stored', async () => {
    const { stores, rival } = await startTimed(start);
    const hostile: JsonObject = JSON.parse(
      '{"__proto__":{"a":1},"constructor":null,"b":"nul\\u0000in","1":[]}',
    );
    await stores.artifacts.upsert(code('id', { payload }));
    await stores.artifacts.upsert(code('hostile', { payload: hostile }));
    expect(await rival.artifacts.find('DeviceCode', 'id')).toEqual({
      payload,
      consumedAt: null,
      answerKept: false,
    });
    const found = await rival.artifacts.find('DeviceCode', 'hostile');
    expect(JSON.stringify(found?.payload)).toBe(JSON.stringify(hostile));
    expect(await stores.artifacts.find('DeviceCode', 'unknown')).toBeUndefined();
    expect(await stores.artifacts.find('AccessToken', 'id')).toBeUndefined();
  });

  test('an interaction, the device code that it names and a session are found together', async () => {
    const { stores, rival, clock } = await startTimed(start);
    const { artifacts } = stores;
    const found = (own: JsonObject) => ({ payload: own, consumedAt: null, answerKept: false });
    const interaction = { uid: 'i', deviceCode: 'code' };
    await artifacts.upsert({
      model: 'Interaction',
      id: 'i',
      payload: interaction,
      expiresAt: clock.now() + minute,
    });
    await artifacts.upsert({ model: 'Interaction', id: 'of an app', payload: { uid: 'of an app' } });
    await artifacts.upsert({ model: 'Session', id: 's', uid: 'u', payload: { uid: 'u' } });
    await artifacts.upsert({ model: 'Session', id: 'i', payload: {} });
    const none = { interaction: undefined, deviceCode: undefined, session: undefined };
    expect(await rival.artifacts.findForPage({})).toEqual(none);
    expect(await rival.artifacts.findForPage({ interaction: 'i', session: 's' })).toEqual({
      ...none,
      interaction: found(interaction),
      session: found({ uid: 'u' }),
    });
    await artifacts.upsert(code('code'));
    const withCode = {
      ...none,
      interaction: found(interaction),
      deviceCode: found({ ...payload, jti: 'code' }),
    };
    expect(await rival.artifacts.findForPage({ interaction: 'i' })).toEqual(withCode);
    expect(await rival.artifacts.findForPage({ interaction: 'of an app', session: 'unknown' })).toEqual({
      ...none,
      interaction: found({ uid: 'of an app' }),
    });
    await clock.advance(minute);
    expect(await rival.artifacts.findForPage({ interaction: 'i', session: 's' })).toEqual({
      ...none,
      session: found({ uid: 'u' }),
    });
  });

  test('upsert replaces payload, expiry and every way to find it', async () => {
    const { stores, clock } = await startTimed(start);
    const { artifacts } = stores;
    await artifacts.upsert(
      code('id', { userCode: 'AAAA', uid: 'u1', grantId: 'g1', expiresAt: clock.now() + 1 }),
    );
    await artifacts.upsert(code('id', { payload: { v: 2 }, userCode: 'BBBB', uid: 'u2', grantId: 'g2' }));
    await clock.advance(minute);
    expect(await artifacts.findByUserCode('DeviceCode', 'AAAA')).toBeUndefined();
    expect(await artifacts.findByUid('DeviceCode', 'u1')).toBeUndefined();
    await artifacts.revokeByGrantId('g1');
    const stored = { payload: { v: 2 }, consumedAt: null, answerKept: false };
    expect(await artifacts.findByUserCode('DeviceCode', 'BBBB')).toEqual(stored);
    expect(await artifacts.findByUid('DeviceCode', 'u2')).toEqual(stored);
    await artifacts.revokeByGrantId('g2');
    expect(await artifacts.find('DeviceCode', 'id')).toBeUndefined();
  });

  test('user codes and uids are found in their own model only', async () => {
    const { stores } = await startTimed(start);
    const { artifacts } = stores;
    await artifacts.upsert(code('a', { model: 'Session', uid: 'u' }));
    await artifacts.upsert(code('b', { userCode: 'AAAA' }));
    await artifacts.upsert(code('c'));
    expect((await artifacts.findByUid('Session', 'u'))?.payload['jti']).toBe('a');
    expect(await artifacts.findByUid('DeviceCode', 'u')).toBeUndefined();
    expect((await artifacts.findByUserCode('DeviceCode', 'AAAA'))?.payload['jti']).toBe('b');
    expect(await artifacts.findByUserCode('Session', 'AAAA')).toBeUndefined();
  });

  test('a session that changes its id keeps its uid: the newest is found', async () => {
    const { stores } = await startTimed(start);
    await stores.artifacts.upsert(code('before', { model: 'Session', uid: 'u' }));
    await stores.artifacts.upsert(code('after', { model: 'Session', uid: 'u' }));
    expect((await stores.artifacts.findByUid('Session', 'u'))?.payload['jti']).toBe('after');
    await stores.artifacts.destroy('Session', 'before');
    expect((await stores.artifacts.findByUid('Session', 'u'))?.payload['jti']).toBe('after');
  });

  test('a live user code is never shared; a dead one is free again', async () => {
    const { stores, clock } = await startTimed(start);
    const { artifacts } = stores;
    const expiresAt = clock.now() + minute;
    await artifacts.upsert(code('first', { userCode: 'AAAA', expiresAt }));
    await expect(artifacts.upsert(code('second', { userCode: 'AAAA', expiresAt }))).rejects.toMatchObject({
      code: 'gateway_unavailable',
    });
    expect((await artifacts.findByUserCode('DeviceCode', 'AAAA'))?.payload['jti']).toBe('first');
    await artifacts.upsert(code('first', { userCode: 'AAAA', expiresAt }));
    await clock.advance(minute);
    await artifacts.upsert(code('second', { userCode: 'AAAA', expiresAt: clock.now() + minute }));
    expect((await artifacts.findByUserCode('DeviceCode', 'AAAA'))?.payload['jti']).toBe('second');
  });

  test('of rivals one spends an artifact, and it stays spent through upsert', async () => {
    const given = await startTimed(start);
    const { stores, clock } = given;
    const spentAt = clock.now();
    for (const id of numbers(5)) await stores.artifacts.upsert(code(`c${id}`));
    const won = await rivals(given, 100, (through, index) =>
      through.artifacts.consume('DeviceCode', `c${index % 5}`),
    );
    expect(won.filter(Boolean)).toHaveLength(5);
    await clock.advance(minute);
    await stores.artifacts.upsert(code('c1', { payload: { v: 2 } }));
    expect(await stores.artifacts.find('DeviceCode', 'c1')).toEqual({
      payload: { v: 2 },
      consumedAt: spentAt,
      answerKept: false,
    });
    expect(await stores.artifacts.consume('DeviceCode', 'c1')).toBe(false);
  });

  test('what is unknown, expired or destroyed cannot be spent', async () => {
    const { stores, clock } = await startTimed(start);
    const { artifacts } = stores;
    await artifacts.upsert(code('expired', { expiresAt: clock.now() + minute }));
    await artifacts.upsert(code('destroyed'));
    await artifacts.destroy('DeviceCode', 'destroyed');
    await clock.advance(minute);
    for (const id of ['unknown', 'expired', 'destroyed']) {
      expect(await artifacts.consume('DeviceCode', id)).toBe(false);
      expect(await artifacts.find('DeviceCode', id)).toBeUndefined();
    }
    await artifacts.destroy('DeviceCode', 'unknown');
  });

  test('no finder returns an expired artifact, and its id can be used again', async () => {
    const { stores, clock } = await startTimed(start);
    const { artifacts } = stores;
    const found = () =>
      Promise.all([
        artifacts.find('DeviceCode', 'id'),
        artifacts.findByUid('DeviceCode', 'u'),
        artifacts.findByUserCode('DeviceCode', 'AAAA'),
      ]);
    await artifacts.upsert(code('id', { uid: 'u', userCode: 'AAAA', expiresAt: clock.now() + minute }));
    await artifacts.consume('DeviceCode', 'id');
    await clock.advance(minute - 1);
    expect(await found()).not.toContain(undefined);
    await clock.advance(1);
    expect(await found()).toEqual([undefined, undefined, undefined]);
    await artifacts.upsert(code('id', { expiresAt: clock.now() + minute }));
    expect((await artifacts.find('DeviceCode', 'id'))?.consumedAt).toBeNull();
  });

  test('revoking a grant takes all that came of it and nothing else', async () => {
    const { stores, rival } = await startTimed(start);
    for (const model of ['AccessToken', 'RefreshToken']) {
      await stores.artifacts.upsert(code('one', { model, grantId: 'g1' }));
      await stores.artifacts.upsert(code('two', { model, grantId: 'g2' }));
      await stores.artifacts.upsert(code('none', { model }));
    }
    await rival.artifacts.revokeByGrantId('g1');
    for (const model of ['AccessToken', 'RefreshToken']) {
      expect(await stores.artifacts.find(model, 'one')).toBeUndefined();
      expect(await stores.artifacts.find(model, 'two')).toBeDefined();
      expect(await stores.artifacts.find(model, 'none')).toBeDefined();
    }
  });

  test('strange models, ids and codes stay apart', async () => {
    const { stores } = await startTimed(start);
    const { artifacts } = stores;
    for (const key of strangeKeys) {
      const artifact = { model: key, id: key, payload: { key }, userCode: key, uid: key, grantId: key };
      await artifacts.upsert(artifact);
    }
    for (const key of strangeKeys) {
      const stored = { payload: { key }, consumedAt: null, answerKept: false };
      expect(await artifacts.find(key, key)).toEqual(stored);
      expect(await artifacts.findByUid(key, key)).toEqual(stored);
      expect(await artifacts.findByUserCode(key, key)).toEqual(stored);
      await artifacts.revokeByGrantId(key);
      expect(await artifacts.find(key, key)).toBeUndefined();
    }
  });
};
