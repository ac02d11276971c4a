// Writes for ever, one of each kind, and says so after each acknowledgement. Somebody kills it.
import { systemClock } from '#src/lib/clock';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';

const [file = '', key = ''] = process.argv.slice(2);
const stores = await openSqliteStores({
  file,
  sealingKey: Buffer.from(key, 'hex'),
  log: createLog('silent'),
});
const createdAt = systemClock.now();
const expiresAt = createdAt + 3_600_000;

for (let index = 0; ; index += 1) {
  const id = `n${index}`;
  const identity = {
    family: 'ref',
    issuer: 'i',
    subject: id,
    provider: 'dtc',
    email: null,
    linkKey: null,
    linkAuthority: null,
    createdAt,
    provenAt: createdAt,
  };
  const fresh = { id, family: 'ref', createdAt, subjectVersion: 1, endedAt: null };
  await stores.accounts.resolve({ identity, fresh, link: { authorities: [], provenSince: 0 } });
  await stores.credentials.add({ id, secret: id, instance: id, holder: '', createdAt });
  await stores.records.put('transaction', id, { value: id, expiresAt });
  await stores.artifacts.upsert({ model: 'RefreshToken', id, payload: { id }, expiresAt }, createdAt);
  await stores.artifacts.consume('RefreshToken', id, createdAt);
  process.stdout.write(`${id}\n`);
}
