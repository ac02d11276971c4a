import {
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '#src/lib/clock';
import { runKinpass } from '../../test/support/run-kinpass.ts';
import type { Fault, Measure } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { createWatch, ownProfiles, right, wrong } from './world/watch.ts';

/** Random bytes at an offset of the file. */
const scribble = (file: string, at: number): void => {
  writeSync(openSync(file, 'r+'), Buffer.alloc(4_096, 0xff), 0, 4_096, at);
};

const damages: Readonly<Record<string, (file: string) => void>> = {
  'a corrupt header': (file) => scribble(file, 0),
  'corrupt pages after a crash': (file) => {
    const database = new DatabaseSync(file);
    database.exec("INSERT INTO leases (name, owner, expires_at) VALUES ('crash', '', 1)");
    // Closing removes the journal; a crash does not.
    copyFileSync(`${file}-wal`, `${file}-left`);
    database.close();
    renameSync(`${file}-left`, `${file}-wal`);
    scribble(file, statSync(file).size - 4_096);
  },
  'an empty file': (file) => writeFileSync(file, ''),
  'a text file': (file) => writeFileSync(file, 'this is no database\n'.repeat(1_000)),
  'the database of another program': (file) => {
    rmSync(file);
    using other = new DatabaseSync(file);
    other.exec('PRAGMA application_id = 1; CREATE TABLE notes (text)');
  },
  'a newer schema': (file) => {
    using database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 9999');
  },
};

/** The exit code and output of a start. */
const startOf = async (world: Gateways): Promise<{ code: number | null; output: string }> => {
  await using run = runKinpass(['serve', '--config', world.settingsFile(0)], { timeout: 20_000 });
  const served = run.until(/Kinpass serves/).then(
    () => 'serves' as const,
    () => undefined,
  );
  if ((await Promise.race([served, run.ended])) === 'serves') return { code: 0, output: run.output };
  return { code: await run.ended, output: run.output };
};

/** The start fails and says why, and works again once the backup is restored. */
export const damagedDatabase: Fault = {
  id: 'E16',
  name: 'corrupt, empty, foreign and newer databases; restore from a backup',
  run: async (size) => {
    await using world = await startGateways();
    const tv = await world.withProfile('ana');
    const ask = await ownProfiles(tv);
    const file = join(world.folder, 'kinpass.db');
    world.node(0).signal('SIGINT');
    await world.node(0).ended;
    const backup = join(world.folder, 'backup.db');
    copyFileSync(file, backup);
    const watch = createWatch();
    const measures: Measure[] = [];
    const kinds = Object.entries(damages).slice(0, size === 'short' ? 1 : undefined);
    for (const [what, damage] of kinds) {
      damage(file);
      await watch.ask(async () => {
        const { code, output } = await startOf(world);
        const saysWhy = /store\.file/.test(output);
        return code !== 0 && saysWhy ? right : wrong(`${what}: exit code ${code}, ${output.slice(-300)}`);
      });
      for (const left of ['-wal', '-shm', '-unchecked'])
        if (existsSync(`${file}${left}`)) rmSync(`${file}${left}`);
      copyFileSync(backup, file);
    }
    const began = systemClock.monotonic();
    await world.start(0);
    await watch.ask(ask);
    const restored = systemClock.monotonic() - began;
    measures.push({ what: 'until the restored backup serves', value: restored, most: 300_000, unit: 'ms' });
    const isSame = readFileSync(file).subarray(0, 16).equals(readFileSync(backup).subarray(0, 16));
    if (!isSame) watch.note('the restored database has another header');
    return watch.figures({ measures, recovery: restored });
  },
};
