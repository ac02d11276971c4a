import { createInterface } from 'node:readline';
import { fail } from '#src/lib/errors';
import { print } from '../terminal.ts';

/** Goes on only when the answer is `word`. Errors: key_step_refused. */
export const askFor = async (word: string, why: readonly string[]): Promise<void> => {
  for (const line of why) print(line);
  print(`Type ${word} to go on:`);
  using terminal = createInterface({ input: process.stdin });
  const { value } = await terminal[Symbol.asyncIterator]().next();
  if (String(value ?? '').trim() === word) return;
  throw fail('key_step_refused', { hint: 'Nothing was done. (--yes goes on without asking.)' });
};
