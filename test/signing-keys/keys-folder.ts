import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema, type KeySettings } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import type { Clock } from '#src/lib/clock';
import type { Log } from '#src/observability/logger';
import { type KeyManager, openKeyManager } from '#src/signing-keys/admin/key-manager';
import { createKeyRing } from '#src/signing-keys/key-ring';
import type { KeyRing } from '#src/signing-keys/ports';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { within } from '../support/within.ts';

export const hour = 3_600_000;

interface Options {
  readonly settings?: Record<string, unknown>;
  /** The machine's own, where processes wait for each other. */
  readonly realTime?: Clock;
}

export interface KeysFolder extends AsyncDisposable {
  readonly directory: string;
  readonly clock: ManualClock;
  /** How much the machine's clock is off, milliseconds. */
  skew: number;
  readonly logged: { level: string; message: string; fields: object }[];
  /** Puts in what the first start of a gateway leaves: a key that signs. */
  startedBefore(): Promise<void>;
  manager(by?: string): Promise<KeyManager>;
  /** Closed with the folder. */
  ring(options?: { production?: boolean }): Promise<KeyRing>;
  path(name: string): string;
  read(name: string): Promise<string>;
  /** With mode 0600 by default. */
  write(name: string, text: string, mode?: number): Promise<void>;
  /** Every file with its text and mode. */
  everything(): Promise<string>;
}

/** The files that a first start leaves. Generated once per test file, because generating keys is slow. */
const firstStart = async (): Promise<[string, string][]> => {
  await using keys = await keysFolder();
  (await keys.ring()).close();
  const names = ['service-token.pem', 'ledger.jsonl', 'ledger.lock'];
  return Promise.all(names.map(async (name): Promise<[string, string]> => [name, await keys.read(name)]));
};
let started: Promise<[string, string][]> | undefined;

/** A keys directory of its own, with a manual clock. */
export const keysFolder = async ({ settings = {}, realTime }: Options = {}): Promise<KeysFolder> => {
  const directory = await mkdtemp(join(tmpdir(), 'kinpass-keys-'));
  const clock = createManualClock();
  const logged: KeysFolder['logged'] = [];
  const line = (level: string) => (fields: object, message: string) => {
    logged.push({ level, message, fields });
  };
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const keySettings: KeySettings = configSchema.shape.keys.parse({ ...settings, directory });
  const storage = createKeyFolder(directory, realTime ?? clock);
  const rings: KeyRing[] = [];
  const path = (name: string) => join(directory, name);
  const folder: KeysFolder = {
    directory,
    clock,
    skew: 0,
    logged,
    path,
    startedBefore: async () => {
      started ??= firstStart();
      for (const [name, text] of await started) await folder.write(name, text);
    },
    manager: (by = 'ana@office') =>
      openKeyManager({
        settings: keySettings,
        storage,
        maxTokenLifetime: hour,
        clock: realTime ?? clock,
        by,
      }),
    ring: async ({ production = false } = {}) => {
      const time = realTime ?? { ...clock, now: () => clock.now() + folder.skew };
      const common = { settings: keySettings, storage, maxTokenLifetime: hour, log, by: 'gateway@test' };
      const ring = await createKeyRing({ ...common, production, clock: time });
      rings.push(ring);
      return ring;
    },
    read: (name) => readFile(path(name), 'utf8'),
    write: async (name, text, mode = 0o600) => {
      await writeFile(path(name), text);
      await chmod(path(name), mode);
    },
    everything: async () => {
      const names = (await readdir(directory)).sort();
      const texts = names.map(async (name) => {
        const { mode } = await stat(path(name));
        return `${name} ${(mode & 0o777).toString(8)}\n${await readFile(path(name), 'utf8')}`;
      });
      return (await Promise.all(texts)).join('\n');
    },
    async [Symbol.asyncDispose]() {
      for (const ring of rings) ring.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return folder;
};

/** Resolves once it holds, checked after every change of the ring. */
export const until = async (ring: KeyRing, holds: () => boolean): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (holds()) resolve();
  };
  const stop = ring.onChange(look);
  look();
  await within(5_000, 'the ring follows', promise).finally(stop);
};
