import { hash } from 'node:crypto';
import type { Side } from './side.ts';
import type { Table } from './tables.ts';

export interface Digest {
  readonly rows: number;
  /** Of the content, whatever the order of rows: the sum of the SHA-256 of each row, base64url. */
  readonly sum: string;
}

export const digestTable = async (table: Table, side: Side, now: number): Promise<Digest> => {
  const sum = new Uint32Array(8);
  let rows = 0;
  for await (const page of side.pages(table, now)) {
    for (const row of page) {
      const text = JSON.stringify(table.columns.map((column) => row[column]));
      const bytes = hash('sha256', text, 'buffer');
      for (let word = 0; word < sum.length; word += 1)
        sum[word] = (sum[word] ?? 0) + bytes.readUInt32LE(4 * word);
    }
    rows += page.length;
  }
  return { rows, sum: Buffer.from(sum.buffer).toString('base64url') };
};
