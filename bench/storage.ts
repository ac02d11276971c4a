// Bytes in the SQLite file for each account, device, sign-in and refresh: real flows against the simulated world, the file
// compacted (VACUUM INTO) before and after. `node --conditions=kinpass-source bench/storage.ts`
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Device, request } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { startGateway } from '../test/support/start-gateway.ts';

const count = Number(process.argv[2] ?? 200);
const refreshesEach = 10;
const hour = 3_600_000;
const day = 24 * hour;

const folder = mkdtempSync(join(tmpdir(), 'kinpass-storage-'));
const file = join(folder, 'kinpass.db');
let shift = 0;
const clock = { ...systemClock, now: () => systemClock.now() + shift };
await using stores = await openSqliteStores({ file, sealingKey: new Uint8Array(32), log: createLog('warn') });
await using world = await startGateway({ overrides: { stores, clock } });

const compactSize = (): number => {
  const copy = join(folder, 'compact.db');
  const database = new DatabaseSync(file, { readOnly: true });
  database.exec(`VACUUM INTO '${copy}'`);
  database.close();
  const { size } = statSync(copy);
  rmSync(copy);
  return size;
};

const rows: [string, number][] = [];
let before = 0;
const begin = (): void => {
  before = compactSize();
};
/** What the file has grown by since `begin`, per one of `units`. */
const measure = (what: string, units = count): void => {
  rows.push([what, Math.round((compactSize() - before) / units)]);
};

/** Time goes on, and what has had its time is removed. */
const later = async (ms: number): Promise<void> => {
  shift += ms;
  while ((await stores.sweep({ now: clock.now(), instancesSeenBefore: 0, limit: 10_000 })) > 0);
};

const device = (kind: string, index: number): Device =>
  world.device('tv', { id: `${kind} ${index}`, address: `10.${kind.length}.${index >> 8}.${index & 255}` });
const each = async (work: (index: number) => Promise<unknown>): Promise<void> => {
  for (let index = 0; index < count; index += 1) await work(index);
};

await world.signIn(device('first', 0), 'ana');
await later(day);

begin();
await each(async (index) => {
  const now = clock.now();
  const id = systemIds.uuid();
  await stores.accounts.resolve({
    identity: {
      family: 'ref',
      issuer: 'https://accounts.google.com',
      subject: `1${String(index).padStart(20, '0')}`,
      provider: 'google',
      email: `viewer.${index}@viewers.example`,
      linkKey: systemIds.secret(),
      linkAuthority: 'google own-mailbox',
      createdAt: now,
      provenAt: now,
    },
    fresh: { id, family: 'ref', createdAt: now, subjectVersion: 1, endedAt: null },
    link: { authorities: [], provenSince: now },
  });
});
measure('account with one identity');

begin();
await each((index) => device('registered', index).register());
measure('registration, with its client token');
await later(day);
measure('registration, a day later');

const tvs = Array.from({ length: count }, (_, index) => device('tv', index));
begin();
await each(async (index) => {
  await tvs[index]?.register();
  await tvs[index]?.call('/REF30/configuration');
});
await later(day);
measure('device with Adobe credentials, a day later');

const signedIn = Array.from({ length: count }, (_, index) => device('sign-in', index));
begin();
await each((index) => world.signIn(signedIn[index] ?? device('none', 0), 'ana'));
measure('sign-in on a new device, at once');
await later(2 * hour);
measure('sign-in on a new device, two hours later');
await later(30 * day);
measure('sign-in on a new device, a month later');

const tokens = signedIn.map(({ tokens }) => tokens?.refreshToken ?? '');
begin();
for (let turn = 0; turn < refreshesEach; turn += 1)
  await each(async (index) => {
    const form = { grant_type: 'refresh_token', client_id: 'ref30-tv', refresh_token: tokens[index] ?? '' };
    const { body } = await request({ method: 'POST', url: `${world.origin}/token`, form });
    tokens[index] = String((body as Record<string, string>)['refresh_token']);
  });
measure('refresh, at once', count * refreshesEach);
await later(2 * day);
measure('refresh, two days later', count * refreshesEach);

begin();
await each((index) =>
  stores.audit.append({
    at: clock.now(),
    actor: 'help-desk',
    via: 'admin',
    source: '203.0.113.9',
    action: 'account.revoke',
    target: { kind: 'account', id: systemIds.uuid() },
    outcome: 'done',
    reason: `ticket ${index}`,
    details: {},
  }),
);
measure('audit entry');

for (const [what, bytes] of rows) process.stdout.write(`${what.padEnd(46)}${String(bytes).padStart(8)}\n`);
rmSync(folder, { recursive: true });
