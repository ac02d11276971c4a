import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { isServiceTokenKey } from '#src/config/secrets/key-storage';
import { createGateway } from '#src/gateway';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import { importKey } from '#src/signing-keys/admin/add-key';
import { destroyKey } from '#src/signing-keys/admin/destroy-key';
import { createKeyExport } from '#src/signing-keys/admin/key-export';
import { openKeyManager } from '#src/signing-keys/admin/key-manager';
import { takeStep } from '#src/signing-keys/admin/take-step';
import { openExisting } from '#src/stores/open';
import { rsaPem } from '../signing-keys/keys.ts';
import { until } from '../signing-keys/keys-folder.ts';
import { minimalSettings } from '../support/minimal-settings.ts';

const fleet = async () => {
  const root = await mkdtemp(join(tmpdir(), 'kinpass-fleet-'));
  const config = parseConfig(
    minimalSettings({
      store: { kind: 'sqlite', file: join(root, 'kinpass.db') },
      keys: {
        in: 'store',
        masterKey: Buffer.alloc(32, 5).toString('base64url'),
        directory: join(root, 'keys'),
      },
      log: { level: 'silent' },
    }),
  );
  const nodes = await Promise.all([createGateway(config), createGateway(config)]);
  const options = { config, clock: systemClock, ids: systemIds, log: createLog('silent') };
  const { stores, storage } = await openExisting(options);
  onTestFinished(async () => {
    for (const node of nodes) await node.close();
    await stores.close();
    await rm(root, { recursive: true });
  });
  const manager = await openKeyManager({
    settings: config.keys,
    storage,
    maxTokenLifetime: 3_600_000,
    clock: systemClock,
    by: 'ana@office',
  });
  return { root, rings: nodes.map(({ keyRing }) => keyRing), manager };
};

test('nodes without a shared disk start with one key, and hear of every step with it', async () => {
  const { root, rings, manager } = await fleet();
  const [before, other] = rings.map((ring) => ring.signing()?.kid ?? '');
  expect(other).toBe(before);
  expect((await readdir(root)).filter((name) => !name.startsWith('kinpass.db'))).toEqual([]);

  const { kid } = await importKey(manager, rsaPem(), 'a successor');
  await createKeyExport(manager, kid);
  await takeStep(manager, { event: 'acknowledged', key: kid });
  for (const ring of rings) await until(ring, () => ring.publicKey(kid) !== undefined);
  await takeStep(manager, { event: 'activated', key: kid });
  for (const ring of rings) await until(ring, () => ring.signing()?.kid === kid);

  await destroyKey(manager, kid, 'leaked');
  for (const ring of rings) await until(ring, () => !ring.status().ready);
  expect((await manager.storage.list()).filter(isServiceTokenKey)).toEqual(['service-token.pem']);
  await takeStep(manager, { event: 'activated', key: before ?? '', forced: true });
  for (const ring of rings) await until(ring, () => ring.signing()?.kid === before);
});
