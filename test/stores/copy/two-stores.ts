/** A store of each kind for the same keys, and the way from one to the other. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createLog } from '#src/observability/logger';
import { bringChanges, type CopyReport } from '#src/stores/copy/bring-changes';
import { type CutOverReport, cutOver } from '#src/stores/copy/cut-over';
import { openCopy, type StoreCopy, type StoreSettings } from '#src/stores/copy/open-copy';
import { openDatabase } from '#src/stores/open-database';
import type { Stores } from '#src/stores/ports';
import { temporarySchema } from '../../support/postgres.ts';

export type Kind = 'sqlite' | 'postgres';

export const bothWays = [
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as const satisfies readonly (readonly [Kind, Kind])[];

export const sealingKey = new Uint8Array(32).fill(7);

export const silent: CutOverReport = {
  progress: () => {},
  passed: () => {},
  left: () => {},
  verified: () => {},
};

/** A folder of keys in which there is this sealing key. */
const keysWith = (directory: string, key: Uint8Array): StoreSettings['keys'] => {
  mkdirSync(directory, { mode: 0o700 });
  writeFileSync(join(directory, 'sealing.secret'), Buffer.from(key).toString('base64url'), { mode: 0o600 });
  return { in: 'folder', directory } as StoreSettings['keys'];
};

export const startTwoStores = () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const keys = keysWith(join(folder, 'keys'), sealingKey);
  const settings: Record<Kind, StoreSettings> = {
    sqlite: { keys, store: { kind: 'sqlite', file: join(folder, 'kinpass.db') } },
    postgres: { keys, store: { kind: 'postgres', ...temporarySchema() } },
  };
  const open = (kind: Kind, create = true, key = sealingKey): Promise<Stores> =>
    openDatabase(settings[kind].store, key, { create, log: createLog('silent') });
  /** Runs `work` with the copy opened, as one run of the command does. */
  const withCopy = async <T>(
    from: Kind,
    work: (copy: StoreCopy) => Promise<T>,
    to = settings[other(from)],
  ): Promise<T> => {
    await using opened = await openCopy({ from: settings[from], to, clock: systemClock, create: true });
    const { target } = opened;
    if (!target) throw new Error('there is no target');
    return await work({ ...opened, target });
  };
  return {
    folder,
    settings,
    open,
    /** Runs `work` on the stores as a gateway has them. */
    using: async <T>(kind: Kind, work: (stores: Stores) => Promise<T>): Promise<T> => {
      await using stores = await open(kind);
      return await work(stores);
    },
    withCopy,
    copy: (from: Kind, report: CopyReport = silent) =>
      withCopy(from, (copy) => bringChanges(copy, systemClock, report)),
    cutOver: (from: Kind, report: CutOverReport = silent) =>
      withCopy(from, (copy) => cutOver(copy, systemClock, report)),
    otherKeys: () => keysWith(join(folder, 'other-keys'), new Uint8Array(32).fill(8)),
  };
};

export type TwoStores = ReturnType<typeof startTwoStores>;

const other = (kind: Kind): Kind => (kind === 'sqlite' ? 'postgres' : 'sqlite');
