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

/** Reads a YAML or JSON file. Errors: config_invalid, naming every problem with its path. */
export const readWorld = async (file: string): Promise<Fixtures> => {
  const invalid = (hint: string, cause: unknown) =>
    fail('config_invalid', { field: 'fixtures', hint, cause });
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw invalid(`${file} cannot be read.`, cause);
  });
  try {
    return fixturesOf(parseYaml(text));
  } catch (cause) {
    if (cause instanceof z.ZodError)
      throw invalid(
        cause.issues.map(({ path, message }) => `${pathText(path)}: ${message}`).join('\n'),
        cause,
      );
    throw invalid(`${file} is not valid YAML or JSON: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
};
