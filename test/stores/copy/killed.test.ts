import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { postgresUrl } from '../../support/postgres.ts';
import { bothWays, startTwoStores } from './two-stores.ts';
import { addOperations, addViewer, listsOf, refresh, seenOf } from './viewers.ts';

const now = systemClock.now();
const script = join(import.meta.dirname, '../processes/copy.ts');

/** Where the process is killed, run by run: each goes on from where the one before left things. */
const deaths = ['identities 1', 'artifacts 1', 'passed 1', 'left 1', 'counters 2', 'verified 1'];

describe.skipIf(!postgresUrl).each(bothWays)('from %s to %s', (from, to) => {
  test('a copy that is killed at any point is completed by the next run, without loss or duplicates', async () => {
    const { settings, open, using } = startTwoStores();
    const run = (dieAt?: string) =>
      promisify(execFile)(process.execPath, [
        '--conditions=kinpass-source',
        script,
        JSON.stringify({ from: settings[from], to: settings[to], dieAt }),
      ]);
    const names = ['ana', 'ben', ...deaths];
    const before = await (async () => {
      await using gateway = await open(from);
      await addViewer(gateway, 'ana', now);
      await addViewer(gateway, 'ben', now);
      await addOperations(gateway, now);
      for (const [index, death] of deaths.entries()) {
        await expect(run(death), death).rejects.toMatchObject({ signal: 'SIGKILL' });
        const hasLeft = index >= deaths.indexOf('left 1');
        const written = await addViewer(gateway, death, now).then(
          () => true,
          ({ code }) => code,
        );
        expect(written, death).toBe(hasLeft ? 'gateway_unavailable' : true);
        await expect(open(to), death).rejects.toMatchObject({ code: 'store_invalid' });
      }
      const viewers = [];
      for (const name of names.slice(0, 5)) viewers.push(await gateway.signIns.find(`grant of ${name}`));
      return { viewers, lists: await listsOf(gateway, now) };
    })();
    await run();
    await using(to, async (stores) => {
      const viewers = [];
      for (const name of names.slice(0, 5)) viewers.push(await stores.signIns.find(`grant of ${name}`));
      expect({ viewers, lists: await listsOf(stores, now) }).toEqual(before);
      expect(await seenOf(stores, 'left 1', now), 'what was refused').toMatchObject({ account: undefined });
      expect(await refresh(stores, 'ana', ['first', 'third'], now)).toBe(false);
      expect(await refresh(stores, 'ana', ['second', 'third'], now)).toBe(true);
    });
  }, 60_000);
});
