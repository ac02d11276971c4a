import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { textMember } from '#src/lib/json';
import { artifactContext } from '../postgres/artifact-row.ts';
import type { Database } from '../postgres/database.ts';
import { recordContext } from '../postgres/records.ts';
import { all, command, one, type Statement } from '../postgres/statement.ts';
import { camelCase } from '../postgres/values.ts';
import type { Seal } from '../seal.ts';
import { pageSize, type Row, type Side, type Value } from './side.ts';
import { type Table, unexpired } from './tables.ts';

type Rows = Pick<Side, 'count' | 'pages' | 'find' | 'last' | 'put' | 'append' | 'remove'>;

const found = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
type Found = z.infer<typeof found>;

/** Runs statements of the copy as one transaction. */
export type WriteAsCopy = (...statements: readonly Statement<void>[]) => Promise<void>;

export const postgresRows = (database: Database, write: WriteAsCopy): Rows => ({
  count: async (table, now) => {
    const sql = `SELECT count(*) AS rows FROM ${table.name} WHERE ${unexpired(table)}`;
    return Number((await database.run(one(sql, found)({ now })))?.['rows']);
  },
  async *pages(table, now, after) {
    const { key } = table;
    const [columns, values] = [key.join(', '), key.map((column) => `:${column}`).join(', ')];
    const first = all(`${select(table)} WHERE ${unexpired(table)} ${pageBy(columns)}`, found);
    const next = all(
      `${select(table)} WHERE (${columns}) > (${values}) AND ${unexpired(table)} ${pageBy(columns)}`,
      found,
    );
    let last: Row | undefined = after === undefined ? undefined : { [columns]: after };
    do {
      const page: Found[] = await database.run(last ? next({ ...last, now }) : first({ now }));
      if (page.length > 0) yield page.map((row) => asCarried(table, row));
      const end = page.at(-1);
      last = end && asCarried(table, end);
    } while (last);
  },
  find: async (table, keys) => {
    const sql = `${select(table)} JOIN ${given(table)} AS wanted ON ${same('wanted', table.name, table.key)}`;
    return (await database.run(all(sql, found)({ rows: keys }))).map((row) => asCarried(table, row));
  },
  last: async (table) => {
    const last = await database.run(one(`${select(table)} ORDER BY ${table.key} DESC LIMIT 1`, found)({}));
    return last && asCarried(table, last);
  },
  put: async (table, rows, seal) => {
    const params = { rows: rows.map((row) => asStored(table, row, seal)) };
    await write(...makeRoom(table, params), insert(table)(params));
  },
  append: (table, rows) => write(insert(table)({ rows })),
  remove: (table, keys) => write(removeBy(table, table.key)({ rows: keys })),
});

const pageBy = (columns: string): string => `ORDER BY ${columns} LIMIT ${pageSize}`;

/** Rows passed as JSON. */
const given = ({ name }: Table): string => `json_populate_recordset(NULL::${name}, :rows::json)`;

const same = (left: string, right: string, columns: readonly string[]): string =>
  columns.map((column) => `${left}.${column} = ${right}.${column}`).join(' AND ');

/** The columns of the table in PostgreSQL. */
const columnsOf = ({ name, columns }: Table): string[] => {
  if (name === 'artifacts') return columns.map((column) => (column === 'grant_hash' ? 'grant_id' : column));
  return name === 'records' ? [...columns, 'instance'] : [...columns];
};

const select = (table: Table): string =>
  `SELECT ${columnsOf(table)
    .map((column) => `${table.name}.${column}`)
    .join(', ')} FROM ${table.name}`;

const removeBy = (table: Table, columns: readonly string[]) =>
  command(`DELETE FROM ${table.name} USING ${given(table)} AS new WHERE ${same('new', table.name, columns)}`);

/** Accounts are referenced by other rows, and unique only by id: they are updated, not replaced. */
const makeRoom = (table: Table, params: { readonly rows: readonly Row[] }): Statement<void>[] =>
  table.name === 'accounts'
    ? []
    : [table.key, ...table.unique].map((columns) => removeBy(table, columns)(params));

const insert = (table: Table) => {
  const columns = columnsOf(table);
  const updated = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  return command(
    `INSERT INTO ${table.name} (${columns.join(', ')}) OVERRIDING SYSTEM VALUE
      SELECT ${columns.join(', ')} FROM ${given(table)} AS new
      ${table.account === undefined ? '' : `WHERE EXISTS (SELECT FROM accounts WHERE id = new.${table.account})`}
      ${table.name === 'accounts' ? `ON CONFLICT (id) DO UPDATE SET ${updated}` : ''}`,
  );
};

/** Names and values as in SQLite. */
const asCarried = (table: Table, row: Found): Row =>
  Object.fromEntries(
    table.columns.map((column) => [
      column,
      column === 'grant_hash' ? hashOfGrant(row) : plain(row[camelCase(column)]),
    ]),
  );

const plain = (value: Found[string] | undefined): Value =>
  typeof value === 'boolean' ? Number(value) : (value ?? null);

/** In SQLite a grant does not name itself. */
const hashOfGrant = ({ model, grantId }: Found): string | null =>
  typeof grantId === 'string' && model !== 'Grant' ? fingerprint(grantId) : null;

/** With the columns that PostgreSQL keeps beside a sealed value: the grant of an artifact, the instance of a client token. */
const asStored = (table: Table, row: Row, seal: Pick<Seal, 'open'>): Row => {
  if (table.name === 'instances') return { ...row, had_pair: String(row['had_pair'] === 1) };
  if (table.name === 'credentials') return { ...row, imported: String(row['imported'] === 1) };
  if (table.name === 'records') return { ...row, instance: instanceIn(row, seal) };
  if (table.name !== 'artifacts') return row;
  const { grant_hash: _, ...others } = row;
  return { ...others, grant_id: grantIn(row, seal) };
};

const instanceIn = (
  { kind, key_hash: hash, sealed_value: value }: Row,
  seal: Pick<Seal, 'open'>,
): string | null => {
  if (kind !== 'client-token') return null;
  const context = recordContext({ kind, hash: String(hash) });
  return textMember(JSON.parse(seal.open(String(value), context)), 'instance') ?? null;
};

const grantIn = (row: Row, seal: Pick<Seal, 'open'>): string | null => {
  const { model, id_hash: id, grant_hash: hash } = row;
  const named = model === 'Grant' ? { member: 'jti', hash: id } : { member: 'grantId', hash };
  if (named.hash === null) return null;
  const payload = seal.open(String(row['sealed_payload']), artifactContext(String(model), String(id)));
  const grant = textMember(JSON.parse(payload), named.member);
  if (grant !== undefined && fingerprint(grant) === named.hash) return grant;
  throw fail('store_invalid', {
    hint: `An artifact (${model}) does not name the grant that it is stored under.`,
  });
};
