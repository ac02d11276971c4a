import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '#src/lib/clock';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { randomFrom } from '../../test/support/random-from.ts';
import type { Fault } from './fault.ts';
import { createWatch, right, wrong } from './world/watch.ts';

const device = 'kinpass-power-cut';
const key = randomBytes(32);

const run = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' });

const canMap = (): boolean =>
  process.getuid?.() === 0 &&
  spawnSync('dmsetup', ['targets'], { encoding: 'utf8' }).stdout?.includes('flakey');

/** A file-backed disk whose writes can be dropped, as in a power cut. */
const openDisk = (folder: string) => {
  const image = join(folder, 'disk');
  run('truncate', '-s', '256M', image);
  const loop = run('losetup', '--find', '--show', image).trim();
  const sectors = run('blockdev', '--getsz', loop).trim();
  const table = (more: string) => `0 ${sectors} flakey ${loop} 0 ${more}`;
  run('dmsetup', 'create', device, '--table', table('3600 0'));
  const [path, place] = [`/dev/mapper/${device}`, join(folder, 'mounted')];
  run('mkfs.ext4', '-q', path);
  run('mkdir', '-p', place);
  const change = (more: string, ...flags: string[]) => {
    run('dmsetup', 'suspend', ...flags, device);
    run('dmsetup', 'load', device, '--table', table(more));
    run('dmsetup', 'resume', device);
  };
  return {
    place,
    mount: () => run('mount', path, place),
    /** From now on writes are dropped. */
    cut: () => change('0 3600 1 drop_writes', '--nolockfs', '--noflush'),
    /** The machine restarts. */
    restore: () => {
      run('umount', place);
      change('3600 0');
    },
    [Symbol.dispose]: () => {
      spawnSync('umount', [place]);
      spawnSync('dmsetup', ['remove', device]);
      spawnSync('losetup', ['-d', loop]);
    },
  };
};

/** Writes until it is killed; resolves to the writes acknowledged before the power cut. */
const writeUntil = async (file: string, cut: () => void, after: number): Promise<string[]> => {
  const script = join(import.meta.dirname, '../../test/stores/processes/write.ts');
  const args = ['--conditions=kinpass-source', script, file, key.toString('hex')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => acknowledged.push(line));
  const ended = once(child, 'exit');
  await setTimeout(after);
  const before = [...acknowledged];
  cut();
  child.kill('SIGKILL');
  await ended;
  return before;
};

/** Durability, which killing a process does not test: `synchronous = FULL` on a disk that loses writes that were not flushed. */
export const powerCut: Fault = {
  id: 'E14',
  name: 'power cut below SQLite, 50 times',
  run: async (size) => {
    if (!canMap())
      return 'it requires root, dmsetup and a kernel with dm-flakey, where it simulates 50 power cuts';
    const random = randomFrom(1_515);
    const watch = createWatch();
    let lost = 0;
    let doubleSpent = 0;
    for (let cut = 0; cut < (size === 'short' ? 1 : 50); cut += 1) {
      const folder = mkdtempSync(join(tmpdir(), 'kinpass-power-'));
      try {
        using disk = openDisk(folder);
        disk.mount();
        const file = join(disk.place, 'kinpass.db');
        const acknowledged = await writeUntil(file, disk.cut, 500 + random() * 1_000);
        disk.restore();
        disk.mount();
        using database = new DatabaseSync(file);
        const [check] = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
        database.close();
        const isWhole = check?.integrity_check === 'ok';
        await watch.ask(async () => (isWhole ? right : wrong(`integrity_check: ${check?.integrity_check}`)));
        await using stores = await openSqliteStores({ file, sealingKey: key, log: createLog('silent') });
        for (const id of acknowledged) {
          if (!(await stores.accounts.find(id))) lost += 1;
          const token = await stores.artifacts.find('RefreshToken', id, systemClock.now());
          if (token && !token.consumedAt) doubleSpent += 1;
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return watch.figures({ lost, doubleSpent });
  },
};
