/**
 * Values between JavaScript and PostgreSQL, as text. PostgreSQL keeps no U+0000 in a text: it is written as U+0001 U+0002, and
 * U+0001 twice, so that different texts stay different.
 */

export type Columns = readonly { readonly name: string; readonly dataTypeID: number }[];

const [nul, mark] = ['\0', '\u0001'];
const escaped = { nul: `${mark}\u0002`, mark: `${mark}${mark}` };

const writeText = (text: string): string =>
  text.includes(nul) || text.includes(mark)
    ? text.replaceAll(mark, escaped.mark).replaceAll(nul, escaped.nul)
    : text;

const readText = (text: string): string =>
  text.includes(mark)
    ? text
        .split(escaped.mark)
        .map((part) => part.replaceAll(escaped.nul, nul))
        .join(mark)
    : text;

/** Texts, numbers, truth values and null as they are; anything else as JSON. */
export const writeValue = (value: unknown, name: string): string | null => {
  if (value === null) return null;
  if (typeof value === 'string') return writeText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'object')
    return JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'string' ? writeText(member) : member,
    );
  throw new TypeError(`the statement has no value for :${name}`);
};

/** https://github.com/postgres/postgres/blob/REL_14_STABLE/src/include/catalog/pg_type.dat */
const readers = new Map<number, (text: string) => unknown>([
  [16, (text) => text === 't'], // bool
  [20, Number], // int8: times and counts, far below 2^53
  [23, Number], // int4
  [114, (text) => JSON.parse(text, reviveMember)], // json
]);

/** Names as in our types: `created_at` is `createdAt`. */
export const readRow = (columns: Columns, row: readonly (string | null)[]): Record<string, unknown> =>
  Object.fromEntries(
    columns.map(({ name, dataTypeID }, index) => {
      const text = row[index] ?? null;
      return [camelCase(name), text === null ? null : (readers.get(dataTypeID) ?? readText)(text)];
    }),
  );

const reviveMember = (_: string, member: unknown): unknown => {
  if (typeof member === 'string') return readText(member);
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
  return Object.fromEntries(Object.entries(member).map(([name, value]) => [camelCase(name), value]));
};

const names = new Map<string, string>();

export const camelCase = (name: string): string => {
  const known = names.get(name);
  if (known !== undefined) return known;
  const made = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  names.set(name, made);
  return made;
};
