import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { loadSecrets } from '#src/config/secrets/secrets';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import type { AuditRecord } from '#src/stores/audit-ports';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { profiles } from './profiles.ts';
import type { Prepare, Row, Target } from './row.ts';

/** Another process has written since, once in so many calls. */
const callsPerWrite = 50;

const openStoresOf = async ({ folder }: Target): Promise<Stores> => {
  const secrets = await loadSecrets(createKeyFolder(join(folder, 'keys'), systemClock), systemIds);
  return openSqliteStores({
    file: join(folder, 'kinpass.db'),
    sealingKey: secrets.sealing,
    log: createLog('warn'),
  });
};

/** What is revoked concerns nobody who calls: it is the change that must be noticed. */
const revokeNobody = async ({ revocations }: Stores): Promise<void> => {
  const [at, target] = [systemClock.now(), { kind: 'jti', id: randomUUID() } as const];
  const record: AuditRecord = {
    at,
    actor: 'bench',
    via: 'cli',
    source: null,
    action: 'service-token.revoke',
    target,
    outcome: 'done',
    reason: '',
    details: {},
  };
  await revocations.add({ ...target, reason: '', at }, record);
};

const afterForeignWrites: Prepare = async (target) => {
  const stores = await openStoresOf(target);
  const call = await profiles(target);
  let calls = 0;
  return async (connection) => {
    calls += 1;
    if (calls % callsPerWrite === 0) await revokeNobody(stores);
    await call(connection);
  };
};

export const foreignWriteRows: readonly Row[] = [
  {
    name: 'profiles-foreign-writes',
    about: `one write by another process in ${callsPerWrite} calls`,
    peers: ['node-http'],
    prepare: afterForeignWrites,
    preparePeer: profiles,
  },
];
