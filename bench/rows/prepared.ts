import { type Connection, openConnection } from '../load/connection.ts';
import type { Target } from './row.ts';

const count = 200;

/** What a row needs to exist at the server before it can ask: made one after another. */
export const prepared = async <T>(
  { origin }: Target,
  make: (connection: Connection, index: number) => Promise<T>,
): Promise<readonly T[]> => {
  const connection = await openConnection(origin);
  const made: T[] = [];
  for (let index = 0; index < count; index += 1) made.push(await make(connection, index));
  connection.close();
  return made;
};
