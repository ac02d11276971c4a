// Appends 50 entries to the audit log once it is told to, every other one with a revocation, and says so.
import { once } from 'node:events';
import { systemClock } from '#src/lib/clock';
import { createLog } from '#src/observability/logger';
import type { AuditRecord } from '#src/stores/audit-ports';
import { openSqliteStores } from '#src/stores/sqlite/open';

const [file = '', key = ''] = process.argv.slice(2);
const { audit, revocations } = await openSqliteStores({
  file,
  sealingKey: Buffer.from(key, 'hex'),
  log: createLog('silent'),
});
process.stdout.write('ready\n');
await once(process.stdin, 'data');

for (let index = 0; index < 50; index += 1) {
  const id = `${process.pid} ${index}`;
  const record: AuditRecord = {
    at: systemClock.now(),
    actor: String(process.pid),
    via: 'cli',
    source: null,
    action: 'service-token.revoke',
    target: { kind: 'jti', id },
    outcome: 'done',
    reason: '',
    details: {},
  };
  const { entry } =
    index % 2 === 0
      ? { entry: await audit.append(record) }
      : await revocations.add({ kind: 'jti', id, reason: '', at: record.at }, record);
  process.stdout.write(`${entry?.seq}\n`);
}
process.exit();
