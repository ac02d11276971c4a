import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { systemClock } from '#src/lib/clock';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { signIn } from '../../test/support/builders.ts';
import { randomFrom } from '../../test/support/random-from.ts';
import type { Fault } from './fault.ts';
import { isWhole } from './world/is-whole.ts';
import { createWatch, right, wrong } from './world/watch.ts';

interface Writer {
  readonly process: ChildProcess;
  readonly lines: Interface;
}

/** A process that refreshes sign-ins as fast as it can, and reports each acknowledgement. */
const startWriter = async (file: string, key: string): Promise<Writer> => {
  const script = join(import.meta.dirname, '../../test/stores/processes/refresh.ts');
  const child = spawn(process.execPath, ['--conditions=kinpass-source', script, file, key], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  return { process: child, lines };
};

/** The stores alone, killed at a random moment of a token exchange: every acknowledged write is there, once. */
export const killedWriters: Fault = {
  id: 'E13',
  name: 'kill -9 of a process that writes to SQLite, 1,000 times (FAULTS_KILLS)',
  run: async (size) => {
    const kills = size === 'short' ? 3 : Number(process.env['FAULTS_KILLS'] ?? 1_000);
    const folder = mkdtempSync(join(tmpdir(), 'kinpass-kills-'));
    await using built = new AsyncDisposableStack();
    built.defer(() => rmSync(folder, { recursive: true, force: true }));
    const [file, sealingKey] = [join(folder, 'kinpass.db'), randomBytes(32)];
    const stores = built.use(await openSqliteStores({ file, sealingKey, log: createLog('silent') }));
    const tokens = ['g0', 'g1', 'g2', 'g3'];
    for (const grant of tokens) {
      await stores.signIns.record(signIn({ grant }));
      const token = { model: 'RefreshToken', id: grant, payload: {}, grantId: grant };
      await stores.artifacts.upsert(token, systemClock.now());
    }
    const watch = createWatch();
    const random = randomFrom(1_313);
    const key = sealingKey.toString('hex');
    let next = startWriter(file, key);
    for (let kill = 0; kill < kills; kill += 1) {
      const { process: child, lines } = await next;
      next = startWriter(file, key);
      let left = 1 + Math.floor(random() * 40);
      lines.on('line', (line) => {
        const [device, token = ''] = line.split(' ');
        tokens[Number(device)] = token;
        void watch.ask(async () => (token === 'refused' ? wrong(`writer of device ${device}`) : right));
        left -= 1;
        if (left === 0) child.kill('SIGKILL');
      });
      child.stdin?.write(`${tokens.join(' ')}\n`);
      await once(lines, 'close');
    }
    (await next).process.kill('SIGKILL');

    const now = systemClock.now();
    const live = await stores.artifacts.list('RefreshToken', { limit: 100, now });
    let lost = 0;
    for (const token of tokens) {
      const spent = await stores.exchanges.findRedeemed('RefreshToken', token, now);
      const current = spent ? String(spent.answer?.['refresh_token']) : token;
      if (!(await stores.artifacts.find('RefreshToken', current, now))) lost += 1;
    }
    const measures = [
      { what: 'kills', value: kills, least: kills },
      { what: 'databases that fail integrity_check', value: isWhole(file) ? 0 : 1, most: 0 },
    ];
    return watch.figures({ lost, doubleSpent: Math.max(0, live.length - tokens.length), measures });
  },
};
