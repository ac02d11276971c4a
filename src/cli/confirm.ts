import { createInterface } from 'node:readline';
import { fail } from '#src/lib/errors';
import { printError } from './terminal.ts';

interface Options {
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Milliseconds after which a pipe counts as closed. */
  readonly maxSilence?: number;
}

/**
 * Continues only if the operator types each of `words`, one per line. Prompts on stderr, since stdout may be read by a
 * program. Fails at once when the input ends, and after a short wait when it is a pipe that stays silent.
 * Errors: confirmation_missing.
 */
export const confirm = async (
  words: readonly string[],
  why: readonly string[],
  { input = process.stdin, maxSilence = 10_000 }: Options = {},
): Promise<void> => {
  for (const line of why) printError(line);
  using terminal = createInterface(
    input.isTTY ? { input } : { input, signal: AbortSignal.timeout(maxSilence) },
  );
  const lines = terminal[Symbol.asyncIterator]();
  for (const word of words) {
    printError(`Type ${word} to confirm:`);
    const { done, value } = await lines.next();
    if (done) throw notConfirmed('There was no answer; use --yes to confirm without a prompt.');
    if (value.trim() !== word) throw notConfirmed('The answer did not match.');
  }
};

const notConfirmed = (reason: string) =>
  fail('confirmation_missing', { hint: `Nothing was done. ${reason}` });
