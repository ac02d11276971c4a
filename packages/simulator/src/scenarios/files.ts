import { readdir, readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { type Scenario, scenarioSchema } from './scenario.ts';

const folder = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const extension = '.yaml';

/** Errors: config_invalid, naming every problem in the file. */
const readScenario = async (file: string): Promise<Scenario> => {
  const invalid = (hint: string, cause: unknown) =>
    fail('config_invalid', { field: 'scenario', hint, cause });
  const text = await readFile(file, 'utf8').catch(async (cause: unknown) => {
    throw invalid(`${file} cannot be read. Bundled scenarios: ${(await shippedNames()).join(', ')}.`, cause);
  });
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (cause) {
    throw invalid(`${file} is not valid YAML or JSON.`, cause);
  }
  const parsed = scenarioSchema.safeParse(value);
  if (!parsed.success) throw invalid(`${file}:\n${z.prettifyError(parsed.error)}`, parsed.error);
  return parsed.data;
};

const shippedNames = async (): Promise<string[]> =>
  (await readdir(folder))
    .filter((file) => file.endsWith(extension))
    .map((file) => basename(file, extension))
    .sort();

const shippedFile = (name: string): string => `${folder}${name}${extension}`;

/** The bundled scenarios, by name. */
export const shippedScenarios = async (): Promise<Scenario[]> =>
  Promise.all((await shippedNames()).map((name) => readScenario(shippedFile(name))));

/** The bundled scenario of that name, otherwise the one in that file. Errors: config_invalid. */
export const findScenario = async (nameOrFile: string): Promise<Scenario> => {
  const isShipped = (await shippedNames()).includes(nameOrFile);
  return readScenario(isShipped ? shippedFile(nameOrFile) : resolve(nameOrFile));
};
