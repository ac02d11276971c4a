import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Device, request } from '@kinpass/simulator/client';
import type { Fault, Measure } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { type Ask, createWatch, judged, ownProfiles, right, untilRight } from './world/watch.ts';

/** A disk of 16 MB and 200 files; undefined where mounting is not allowed. */
const mountDisk = (): { readonly path: string; unmount(): void } | undefined => {
  const path = mkdtempSync(join(tmpdir(), 'kinpass-disk-'));
  const { status } = spawnSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    'size=16m,nr_inodes=200',
    'kinpass-disk',
    path,
  ]);
  const remove = () => rmSync(path, { recursive: true, force: true });
  if (status !== 0) {
    remove();
    return undefined;
  }
  return {
    path,
    unmount: () => {
      spawnSync('umount', ['-l', path]);
      remove();
    },
  };
};

const blocksOf = (path: string) => statfsSync(path);

/** Leaves this many bytes free. */
const fill = (path: string, left: number): void => {
  const { bavail, bsize } = blocksOf(path);
  writeFileSync(join(path, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - left)));
};

const useFiles = (path: string): void => {
  mkdirSync(join(path, 'many'));
  for (let index = 0; blocksOf(path).ffree > 0; index += 1)
    writeFileSync(join(path, 'many', String(index)), '');
};

interface Shortage {
  readonly what: string;
  plant(path: string): void;
  /** Whether writes must fail: space allocated to the journal can still be used. */
  readonly failsWrites: boolean;
}

const shortages: readonly Shortage[] = [
  { what: 'full', plant: (path) => fill(path, 0), failsWrites: true },
  { what: '1 KB free', plant: (path) => fill(path, 1_024), failsWrites: true },
  { what: 'no inodes', plant: useFiles, failsWrites: false },
];

/** Registrations, which write each time. */
const registration =
  ({ origin }: Gateways, tv: Device): Ask =>
  async () =>
    judged(
      await request({
        method: 'POST',
        url: `${origin}/o/client/register`,
        headers: tv.headers,
        json: { software_statement: tv.app.softwareStatement },
      }),
      ({ status }) => status === 201,
    );

const isReady = async ({ adminOrigins }: Gateways): Promise<boolean> =>
  (await request({ url: `${adminOrigins[0]}/readyz` })).status === 200;

/** Writes get 503 and make the gateway unready, reads continue, and no restart is needed. */
export const fullDisk: Fault = {
  id: 'E15',
  name: 'disk of the database full, 1 KB free, out of inodes',
  within: 5_000,
  run: async (size) => {
    const disk = mountDisk();
    if (!disk) return 'a small file system cannot be mounted here';
    await using built = new AsyncDisposableStack();
    built.defer(disk.unmount);
    const store = { kind: 'sqlite', file: join(disk.path, 'kinpass.db') };
    const limits = { registrations: { count: 1_000_000 } };
    const world = built.use(await startGateways({ settings: { store, limits } }));
    const tv = await world.withProfile('ana');
    const [read, write] = [await ownProfiles(tv), registration(world, tv)];
    const keys: Ask = async () =>
      judged(
        await request({ url: `${world.origin}/.well-known/service-token-jwks.json` }),
        ({ status }) => status === 200,
      );
    const watch = createWatch();
    const measures: Measure[] = [];
    let recovery = 0;
    for (const { what, plant, failsWrites } of size === 'short' ? shortages.slice(0, 1) : shortages) {
      plant(disk.path);
      watch.planted();
      let writes = 0;
      // The journal has allocated space left: it takes some writes to use it up.
      for (let asked = 0; asked < 2_000 && writes < 10; asked += 1)
        if ((await watch.ask(write)) === 'refused') writes += 1;
        else if (!failsWrites && asked === 50) break;
      if (failsWrites) {
        measures.push({ what: `writes refused: ${what}`, value: writes, least: 1 });
        measures.push({ what: `ready: ${what}`, value: Number(await isReady(world)), most: 0 });
      }
      for (const ask of [read, keys])
        for (let asked = 0; asked < 20; asked += 1)
          if ((await watch.ask(ask)) !== 'right') watch.note(`a read was refused: ${what}`);
      rmSync(join(disk.path, 'ballast'), { force: true });
      rmSync(join(disk.path, 'many'), { recursive: true, force: true });
      watch.removed();
      recovery = Math.max(recovery, await untilRight(write));
      recovery = Math.max(
        recovery,
        await untilRight(async () => ((await isReady(world)) ? right : { is: 'wrong', text: 'not ready' })),
      );
    }
    return watch.figures({ measures, recovery });
  },
};
