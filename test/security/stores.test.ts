import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLog } from '#src/observability/logger';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { auditRecord } from '../support/builders.ts';
import { startGateway } from '../support/start-gateway.ts';
import { oddKeys as odd } from './odd-keys.ts';

const open: Record<string, () => Promise<Stores>> = {
  memory: async () => createMemoryStores(),
  SQLite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kinpass-odd-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return openSqliteStores({
      file: join(folder, 'kinpass.db'),
      sealingKey: new Uint8Array(32),
      log: createLog('silent'),
    });
  },
};

describe.each(Object.keys(open))('T75 a key is one key, whatever stands in it: %s', (name) => {
  const start = async (): Promise<Stores> => {
    const stores = await open[name]?.();
    if (!stores) throw new Error(`no such store: ${name}`);
    onTestFinished(() => stores.close());
    return stores;
  };

  test('records', async () => {
    const { records } = await start();
    for (const key of odd) await records.put('transaction', key, { value: key, expiresAt: 1_000 });
    for (const key of odd) expect(await records.get('client-token', key, 1)).toBeUndefined();
    for (const key of odd) expect(await records.take('transaction', key, 1)).toBe(key);
    for (const key of odd) expect(await records.get('transaction', key, 1)).toBeUndefined();
  });

  test('artifacts, by id, user code and grant', async () => {
    const { artifacts } = await start();
    const model = 'DeviceCode';
    for (const id of odd)
      await artifacts.upsert(
        { model, id, userCode: `${id}!`, grantId: `${id}?`, payload: { id }, expiresAt: 1_000 },
        1,
      );
    for (const id of odd) {
      expect((await artifacts.find(model, id, 1))?.payload).toEqual({ id });
      expect((await artifacts.findByUserCode(model, `${id}!`, 1))?.payload).toEqual({ id });
      expect(await artifacts.find('AccessToken', id, 1)).toBeUndefined();
    }
    for (const [index, id] of odd.entries()) {
      await artifacts.revokeByGrantId(`${id}?`, 1);
      const left = await Promise.all(odd.map((other) => artifacts.find(model, other, 1)));
      expect(left.filter(Boolean)).toHaveLength(odd.length - index - 1);
    }
  });

  test('counters and revocations', async () => {
    const { counters, revocations } = await start();
    for (const [index, key] of odd.entries()) await counters.add([{ key, by: index + 1, window: 1_000 }], 1);
    const counts = await counters.add(
      odd.map((key) => ({ key, by: 0, window: 1_000 })),
      1,
    );
    expect(counts.map(({ count }) => count)).toEqual(odd.map((_key, index) => index + 1));
    for (const id of odd.slice(1, -1))
      await revocations.add({ kind: 'jti', id, reason: id, at: 1 }, auditRecord({ reason: id }));
    expect(
      await revocations.anyOf([
        { kind: 'jti', id: 'a' },
        { kind: 'account', id: '*' },
      ]),
    ).toBeUndefined();
    expect(await revocations.anyOf([{ kind: 'jti', id: '%' }])).toEqual({ kind: 'jti', id: '%' });
  });
});

test('T75 a forged cursor is refused or finds nothing of anybody else', async () => {
  await using t = await startGateway();
  for (const before of [
    'x',
    '-1',
    '1e999',
    "1' OR '1'='1",
    '%00',
    '9'.repeat(400),
    '{}',
    '1;DROP TABLE accounts',
  ]) {
    const { status, body } = await request({
      url: `${t.adminOrigin}/revocations?${new URLSearchParams({ before, limit: '1' })}`,
    });
    expect(status).toBeLessThan(500);
    if (status === 200) expect(body).toMatchObject({ revocations: [] });
  }
});
