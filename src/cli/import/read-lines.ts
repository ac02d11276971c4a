import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { SourceLine } from '#src/families/import/import-lines';
import { maxLineLength } from '#src/families/import/line';
import { fail } from '#src/lib/errors';
import { systemErrorCode } from '#src/lib/system-error';

const newline = 0x0a;

export interface SourceFile {
  readonly lines: AsyncIterable<SourceLine>;
  /** SHA-256 of what was read, base64url. Once, after the last line. */
  digest(): string;
}

/** The lines of a file, or of standard input for `-`. Empty ones are counted and left out. Errors: arguments_invalid. */
export const openLines = async (path: string): Promise<SourceFile> => {
  const hash = createHash('sha256');
  const chunks: AsyncIterable<Buffer> =
    path === '-' ? process.stdin : (await openFile(path)).createReadStream();

  async function* lines(): AsyncGenerator<SourceLine> {
    let number = 0;
    for await (const line of split(chunks, hash)) {
      number += 1;
      if (line === undefined || line.length > 0) yield { number, text: line && textOf(line) };
    }
  }
  return { lines: unlessUnreadable(path, lines()), digest: () => hash.digest('base64url') };
};

const unreadable = (path: string, cause: unknown) =>
  fail('arguments_invalid', { hint: `${path} cannot be read`, cause });

const openFile = (path: string) =>
  open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });

/** Undefined in the place of a line that is too long, of which no more is kept. */
async function* split(
  chunks: AsyncIterable<Buffer>,
  hash: Pick<ReturnType<typeof createHash>, 'update'>,
): AsyncGenerator<Buffer | undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer): void => {
    length += part.length;
    if (length <= maxLineLength) parts.push(part);
  };
  const take = (): Buffer | undefined => {
    const line = length > maxLineLength ? undefined : Buffer.concat(parts);
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    hash.update(chunk);
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    keep(chunk.subarray(start));
    if (length > maxLineLength) parts = [];
  }
  if (length > 0) yield take();
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined if it is not UTF-8: a subject that was read approximately would be another one. */
const textOf = (line: Buffer): string | undefined => {
  try {
    return utf8.decode(line).trimEnd();
  } catch {
    return undefined;
  }
};

async function* unlessUnreadable<T>(path: string, lines: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* lines;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    throw unreadable(path, error);
  }
}
