import { isDeepStrictEqual } from 'node:util';

/**
 * The names of settings that differ, never their values: `signIn.pollingInterval`. Entries of lists go by id, whatever
 * their order: `apps[news-tv].name`, or `apps[news-tv]` for one that was added or removed. Pure.
 */
export const changedSettings = (before: unknown, after: unknown, path = ''): string[] => {
  if (isDeepStrictEqual(before, after)) return [];
  const [old, now] = [membersOf(before), membersOf(after)];
  if (!old || !now) return [path];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) =>
    changedSettings(
      old.get(name),
      now.get(name),
      path && !name.startsWith('[') ? `${path}.${name}` : path + name,
    ),
  );
};

/** By name what a mapping or a list of entries with ids holds; undefined for anything else. */
const membersOf = (value: unknown): ReadonlyMap<string, unknown> | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const ids = value.map((entry: unknown) => idOf(entry));
  return ids.every((id) => id !== undefined)
    ? new Map(value.map((entry: unknown, index) => [`[${ids[index]}]`, entry]))
    : undefined;
};

const idOf = (entry: unknown): string | undefined =>
  typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string'
    ? entry.id
    : undefined;
