import { type Setting, shownValue, valueText } from './effective-settings.ts';
import { memberOf, valueAt } from './settings-schema.ts';

/** One side of a comparison: settings as they are written, and those in effect. */
export interface Side {
  readonly input: unknown;
  readonly settings: readonly Setting[];
}

export interface Difference {
  /** Entries of lists by their id: `apps[news-tv].name`. */
  readonly path: string;
  readonly kind: 'only here' | 'only there' | 'differs';
  /** What is on the sides that have it; of a secret only that it is one. */
  readonly here?: string;
  readonly there?: string;
}

/** Lists whose entries are names of things: what one side names and the other does not is missing there. */
const listsOfNames = new Set(['identityProviders', 'serviceProviders', 'scopes', 'roles']);

/** What two configurations have apart from each other; defaults count as written. Pure. */
export const compareSettings = (here: Side, there: Side): Difference[] => {
  const [ours, theirs] = [byPath(here), byPath(there)];
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])];
  return paths.flatMap((path): Difference[] => {
    const [a, b] = [ours.get(path), theirs.get(path)];
    if (a && b)
      return a.compared === b.compared ? [] : [{ path, kind: 'differs', here: a.shown, there: b.shown }];
    if (a) return [{ path, kind: 'only here', here: a.shown }];
    return b ? [{ path, kind: 'only there', there: b.shown }] : [];
  });
};

interface Entry {
  readonly shown: string;
  readonly compared: string;
}

const byPath = ({ input, settings }: Side): Map<string, Entry> =>
  new Map(
    settings.flatMap((setting): [string, Entry][] => {
      const { path, value, secret } = setting;
      const name = nameOf(setting, input);
      if (Array.isArray(value) && listsOfNames.has(String(path.at(-1))))
        return value.map((entry) => [`${name}[${entry}]`, { shown: String(entry), compared: '' }]);
      return [
        [name, { shown: secret ? '(secret)' : valueText(shownValue(setting)), compared: valueText(value) }],
      ];
    }),
  );

/** The path with the ids of list entries in place of their indices, which say nothing about the other side. */
const nameOf = ({ path }: Setting, input: unknown): string =>
  path.reduce<string>((text, part, depth) => {
    if (typeof part !== 'number') return text ? `${text}.${part}` : part;
    const id = memberOf(valueAt(input, path.slice(0, depth + 1)), 'id');
    return `${text}[${typeof id === 'string' ? id : part}]`;
  }, '');
