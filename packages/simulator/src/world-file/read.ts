import { readFile } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Fixtures } from '#src/fixtures';
import { fail } from '#src/lib/errors';
import { fixturesOf } from './complete.ts';

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '') || 'world';

/** The world in a YAML (or JSON) file. Errors: config_invalid, naming every fault at once with its path. */
export const readWorld = async (file: string): Promise<Fixtures> => {
  const bad = (hint: string, cause: unknown) => fail('config_invalid', { field: 'fixtures', hint, cause });
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw bad(`${file} cannot be read.`, cause);
  });
  try {
    return fixturesOf(parseYaml(text));
  } catch (cause) {
    if (cause instanceof z.ZodError)
      throw bad(cause.issues.map(({ path, message }) => `${pathText(path)}: ${message}`).join('\n'), cause);
    throw bad(`${file} is neither YAML nor JSON: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
};
