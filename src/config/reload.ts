import { isDeepStrictEqual } from 'node:util';
import { fail } from '#src/lib/errors';
import { crossChecks } from './checks.ts';
import type { Config } from './schema.ts';

/** What a process takes once: its listeners, store, keys and log are opened at its start and stay as they are. */
const fixed = ['production', 'public', 'admin', 'store', 'keys', 'log'] as const;

export interface Reloaded {
  readonly config: Config;
  /** The settings that were changed and wait for the next start. */
  readonly waiting: readonly string[];
}

/**
 * Settings that were read while the process runs: those that can change do, the others stay as at its start. Pure.
 * Errors: config_invalid, when the two do not go together.
 */
export const reloaded = (start: Config, next: Config): Reloaded => {
  const config: Config = {
    ...next,
    production: start.production,
    public: start.public,
    admin: start.admin,
    store: start.store,
    keys: start.keys,
    log: start.log,
  };
  const faults = [...crossChecks(config), ...longerLives(start, next)];
  if (faults.length > 0)
    throw fail('config_invalid', { hint: faults.map((fault) => `  ${fault}`).join('\n') });
  return {
    config: Object.freeze(config),
    waiting: fixed.flatMap((name) => changes(name, start[name], next[name])),
  };
};

const changes = (path: string, before: unknown, after: unknown): string[] => {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isSection(before) || !isSection(after)) return [path];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => changes(`${path}.${name}`, before[name], after[name]));
};

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A retiring key is kept for as long as the longest token of the start may live. */
const longerLives = (start: Config, next: Config): string[] => {
  const longest = Math.max(...start.families.map(({ serviceToken }) => serviceToken.lifetime));
  return next.families.flatMap(({ serviceToken }, index) =>
    serviceToken.lifetime > longest
      ? [`families[${index}].serviceToken.lifetime: is longer than any at the start; restart to have it`]
      : [],
  );
};
