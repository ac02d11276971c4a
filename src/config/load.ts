import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { fail } from '#src/lib/errors';
import { crossChecks } from './checks.ts';
import { applyEnvironment } from './environment.ts';
import { type Config, configSchema } from './schema.ts';

interface Sources {
  /** Path of the YAML file; if absent, settings come from the environment alone. */
  readonly file?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Reads, merges and checks the settings. Errors: config_invalid, with every fault and its path. */
export const loadConfig = async ({ file, env, cwd }: Sources): Promise<Config> => {
  const { input, faults } = applyEnvironment(file ? await readYaml(resolve(cwd, file)) : {}, env);
  return parseConfig(input, faults);
};

/** Checks settings. `faults` are reported together with those found here. Errors: config_invalid. */
export const parseConfig = (input: unknown, faults: readonly string[] = []): Config => {
  const result = configSchema.safeParse(input);
  const found = [
    ...faults,
    ...(result.success
      ? crossChecks(result.data)
      : result.error.issues.map((issue) => `${pathText(issue.path)}: ${issue.message}`)),
  ];
  if (found.length > 0 || !result.success) {
    throw fail('config_invalid', { hint: found.map((fault) => `  ${fault}`).join('\n') });
  }
  return deepFreeze(result.data);
};

const readYaml = async (file: string): Promise<Record<string, unknown>> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw fail('config_invalid', { hint: `  ${file} cannot be read`, cause });
  });
  try {
    const value: unknown = parseYaml(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    throw fail('config_invalid', { hint: `  ${file} is not valid YAML: ${yamlPosition(cause)}`, cause });
  }
  throw fail('config_invalid', { hint: `  ${file} must contain a mapping of settings` });
};

const yamlPosition = (error: unknown): string => {
  const line =
    error instanceof Error && 'linePos' in error && Array.isArray(error.linePos)
      ? error.linePos[0]?.line
      : undefined;
  return line === undefined ? 'it cannot be parsed' : `see line ${line}`;
};

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  ) || 'configuration';

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
};
