import { readBrandFiles } from './brand/brand-files.ts';
import { readRules } from './business-rules/read-rules.ts';
import { checkSettings } from './check.ts';
import { draftOf } from './draft.ts';
import { byPlace, type Fault, type Finding, type Path, type Place, pathText } from './faults/fault.ts';
import type { Config } from './schema.ts';
import { applyEnvironment } from './sources/environment.ts';
import { readYaml } from './sources/read-yaml.ts';
import { unreadableFiles } from './unreadable-files.ts';

export interface Sources {
  /** Path of the YAML file; if absent, settings come from the environment alone. */
  readonly file?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Settings as they were found, and what is wrong with them. */
export interface Review {
  /** Undefined when there are faults. */
  readonly config: Config | undefined;
  readonly faults: readonly Fault[];
  /** What is allowed, but probably not meant. */
  readonly warnings: readonly Fault[];
  /** File and environment merged, as they are written. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Where the setting at a path comes from, or what is around it; the place of its key, if wanted. */
  placeOf(path: Path, ofKey?: boolean): Place | undefined;
}

/** Reads, merges and checks the settings. Never throws: a file that cannot be read is a fault as well. */
export const reviewConfig = async ({ file, env, cwd }: Sources): Promise<Review> => {
  const found = file === undefined ? undefined : await readYaml(file, cwd);
  const { input, faults, variableOf, secretVariableOf } = applyEnvironment(found?.settings ?? {}, env);
  const placeOf: Review['placeOf'] = (path, ofKey) => variableOf(path) ?? found?.placeOf(path, ofKey);
  // Of a file that cannot be read nothing else can be said.
  if (found && !found.settings)
    return { config: undefined, faults: found.faults, warnings: [], input, placeOf };

  const checked = checkSettings(input);
  const placed = (findings: readonly Finding[]): Fault[] =>
    findings.map((finding) => ({
      ...finding,
      write: finding.write ?? howToGive(finding, secretVariableOf(finding.path)),
      place: placeOf(finding.path, finding.key),
    }));
  const inSettings = placed([...checked.faults, ...(await fileFaults(input, cwd))]);
  const all = [
    ...[...(found?.faults ?? []), ...faults, ...inSettings].toSorted(byPlace),
    ...(await faultsOfRules(input, cwd)),
  ];
  return {
    config: all.length === 0 ? checked.config : undefined,
    faults: all,
    warnings: placed(checked.warnings).toSorted(byPlace),
    input,
    placeOf,
  };
};

/** Secrets need not stand in the settings. */
const howToGive = ({ message }: Finding, variable: string | undefined): string | undefined =>
  variable !== undefined && /^is (missing|a placeholder)/.test(message)
    ? `it into the file that ${variable}_FILE names`
    : undefined;

/** Files that cannot be read, and files of brands that are not what they must be. */
const fileFaults = async (input: Readonly<Record<string, unknown>>, cwd: string): Promise<Finding[]> => {
  const unreadable = await unreadableFiles(input, cwd);
  const told = new Set(unreadable.map(({ path }) => pathText(path)));
  const { findings } = await readBrandFiles(draftOf(input), cwd);
  return [...unreadable, ...findings.filter(({ path }) => !told.has(pathText(path)))];
};

/** Each at its place in the rule file; one that cannot be read is a fault of the settings. */
const faultsOfRules = async (
  input: Readonly<Record<string, unknown>>,
  cwd: string,
): Promise<readonly Fault[]> => {
  const settings = draftOf(input);
  const file = settings.decisions?.rules;
  if (file === undefined) return [];
  const { faults } = await readRules(file, cwd, settings);
  return faults.filter(({ place }) => place !== undefined);
};
