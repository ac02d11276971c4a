import { anonymousRows } from './anonymous.ts';
import { foreignWriteRows } from './foreign-writes.ts';
import { mixedRows } from './mixed.ts';
import { profileRows } from './profiles.ts';
import type { Row } from './row.ts';
import { signInRows } from './sign-in.ts';
import { viewerRows } from './viewer.ts';

/** In the order of the table. */
export const rows: readonly Row[] = [
  ...profileRows,
  ...foreignWriteRows,
  ...anonymousRows,
  ...viewerRows,
  ...signInRows,
  ...mixedRows,
];

/** Errors: an Error that lists the names. */
export const findRow = (name: string): Row => {
  const row = rows.find((candidate) => candidate.name === name);
  if (row) return row;
  throw new Error(`there is no row "${name}": ${rows.map((each) => each.name).join(', ')}`);
};
