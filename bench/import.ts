// An import that is killed twice and completed, beside a running gateway: accounts and credentials, their subjects afterwards,
// time and memory. `node --conditions=kinpass-source bench/import.ts [sqlite|postgres://…] [accounts]`
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { stringify } from 'yaml';
import { openExistingKept } from '#src/cli/open-stores';
import { parseConfig } from '#src/config/load';
import { createFindSubject } from '#src/families/find-subject';
import { examineSubjects } from '#src/families/subjects';
import { createGateway } from '#src/gateway';
import { systemClock } from '#src/lib/clock';

const [url = 'sqlite', accounts = '100000'] = process.argv.slice(2);
const count = Number(accounts);
const folder = mkdtempSync(join(tmpdir(), 'kinpass-import-'));
const settings = {
  publicOrigin: 'https://gateway.example',
  log: { level: 'silent' as const },
  keys: { directory: join(folder, 'keys') },
  store:
    url === 'sqlite'
      ? { kind: 'sqlite' as const, file: join(folder, 'kinpass.db') }
      : {
          kind: 'postgres' as const,
          url,
          schema: `import_${randomUUID().slice(0, 8)}`,
          tls: { mode: 'disable' as const },
        },
  identityProviders: [
    { id: 'google', kind: 'google' as const, label: 'Google', clientId: 'g', clientSecret: 's' },
  ],
  families: [
    { id: 'ref', identityProviders: ['google'], serviceToken: { issuer: 'https://sso.ref.example' } },
  ],
  apps: [
    { id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 'statement' },
  ],
};
const config = join(folder, 'kinpass.yaml');
writeFileSync(config, stringify(settings));

const issuer = 'https://accounts.google.com';
const subjectOf = (index: number): string => `legacy-subject-${index}`;
const file = join(folder, 'viewers.jsonl');
const written = createWriteStream(file);
for (let index = 0; index < count; index += 1) {
  const identity = { issuer, subject: `viewer-${index}` };
  const account = { type: 'account', family: 'ref', identities: [identity], subject: subjectOf(index) };
  const credentials = {
    type: 'credentials',
    app: 'tv',
    device: `fingerprint ${Buffer.from(`device-${index}`).toString('base64')}`,
    clientId: randomUUID(),
    clientSecret: randomUUID(),
    ...(index % 2 === 0 && { viewer: identity }),
  };
  if (!written.write(`${JSON.stringify(account)}\n${JSON.stringify(credentials)}\n`))
    await once(written, 'drain');
}
written.end();
await once(written, 'close');
console.log(`${2 * count} lines, ${Math.round(statSync(file).size / 1e6)} MB`);

/** Until it has done `killAt` lines, or to its end. */
const run = async (what: string, killAt = Number.POSITIVE_INFINITY): Promise<void> => {
  const begun = systemClock.monotonic();
  const kinpass = join(import.meta.dirname, '../bin/kinpass.js');
  const child = spawn(process.execPath, [kinpass, 'import', file, '--config', config]);
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text) => lines.push(text));
  let [done, memory] = ['0', 0];
  for await (const line of createInterface(child.stderr)) {
    const [, at] = /^([\d,]+) lines$/.exec(line) ?? [];
    if (at === undefined) continue;
    done = at;
    memory = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? memory);
    if (Number(at.replaceAll(',', '')) >= killAt) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  const seconds = ((systemClock.monotonic() - begun) / 1_000).toFixed(1);
  const ended = child.signalCode ?? `exit ${child.exitCode}`;
  console.log(`${what}: ${done} lines in ${seconds} s, ${Math.round(memory / 1_024)} MB at most, ${ended}`);
  for (const text of lines) console.log(text.trimEnd().replaceAll(/^/gm, '  '));
};

const parsed = parseConfig(settings);
const gateway = await createGateway(parsed);
await run('first', count * 0.6);
await run('second', count * 1.4);
await run('third');
await run('again');
await gateway.close();

const { storage, stores } = await openExistingKept(parsed);
const { secrets, verdict } = await examineSubjects({ families: parsed.families, storage, stores });
const find = createFindSubject({ accounts: stores.accounts, secrets, strategies: verdict.strategies });
let [right, wrong, after] = [0, 0, undefined as string | undefined];
do {
  const page = await stores.accounts.list({ limit: 500, after });
  const subjects = await Promise.all(page.map(({ account }) => find({ id: account.family }, account)));
  for (const [index, { identities }] of page.entries()) {
    const number = Number(identities[0]?.subject.slice('viewer-'.length));
    if (subjects[index] === subjectOf(number)) right += 1;
    else wrong += 1;
  }
  after = page.at(-1)?.account.id;
} while (after !== undefined);
console.log(`accounts with the imported subject: ${right} of ${count}; others: ${wrong}`);
await stores.close();
if (parsed.store.kind === 'postgres') {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`SET client_min_messages = warning; DROP SCHEMA "${parsed.store.schema}" CASCADE`);
  await client.end();
}
rmSync(folder, { recursive: true });
