import { fail } from '#src/lib/errors';
import { crossChecks } from './checks/rules.ts';
import { draftOf } from './draft.ts';
import { applyEnvironment } from './environment.ts';
import { explainIssues } from './explain-issues.ts';
import { type Fault, type Finding, faultLines, type Path, type Place } from './fault.ts';
import { readYaml } from './read-yaml.ts';
import { type Config, configSchema } from './schema.ts';

export interface Sources {
  /** Path of the YAML file; if absent, settings come from the environment alone. */
  readonly file?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Settings as they were found, and everything that is wrong with them. */
export interface Review {
  /** Undefined when there are faults. */
  readonly config: Config | undefined;
  readonly faults: readonly Fault[];
  /** File and environment merged, as they were written. */
  readonly input: Readonly<Record<string, unknown>>;
  placeOf(path: Path, ofKey?: boolean): Place | undefined;
}

/** Reads, merges and checks the settings. Errors: config_invalid, with every fault, its place and its path. */
export const loadConfig = async (sources: Sources): Promise<Config> => {
  const { config, faults } = await reviewConfig(sources);
  if (!config) throw fail('config_invalid', { hint: faultLines(faults) });
  return config;
};

/** Checks settings. `faults` are reported together with those found here. Errors: config_invalid. */
export const parseConfig = (input: unknown, faults: readonly Fault[] = []): Config => {
  const { config, findings } = check(input);
  if (config && faults.length === 0) return config;
  throw fail('config_invalid', { hint: faultLines([...faults, ...findings]) });
};

/** Reads, merges and checks the settings, and says all that is wrong with them. */
export const reviewConfig = async ({ file, env, cwd }: Sources): Promise<Review> => {
  const found = file === undefined ? undefined : await readYaml(file, cwd);
  const broken = found && !found.settings;
  const { input, faults, variableOf } = applyEnvironment(found?.settings ?? {}, env);
  const placeOf: Review['placeOf'] = (path, ofKey) => variableOf(path) ?? found?.placeOf(path, ofKey);
  // Of a file that cannot be read nothing else can be said.
  if (broken) return { config: undefined, faults: found.faults, input, placeOf };
  const { config, findings } = check(input);
  const placed = findings.map((finding) => ({ ...finding, place: placeOf(finding.path, finding.key) }));
  const all = [...(found?.faults ?? []), ...faults, ...placed].toSorted(byPlace);
  return { config: all.length === 0 ? config : undefined, faults: all, input, placeOf };
};

/** One fault of the schema does not hide those across settings, nor the other way round. */
const check = (input: unknown): { config: Config | undefined; findings: readonly Finding[] } => {
  const result = configSchema.safeParse(input);
  const issues = result.error ? explainIssues(result.error.issues, input) : [];
  const findings = [...issues, ...crossChecks(result.data ?? draftOf(input))];
  return { config: findings.length === 0 && result.data ? deepFreeze(result.data) : undefined, findings };
};

/** Variables first, then the file from top to bottom. */
const byPlace = ({ place: a }: Fault, { place: b }: Fault): number => {
  const [lineA, lineB] = [a && 'line' in a ? a.line : 0, b && 'line' in b ? b.line : 0];
  if (lineA !== lineB) return lineA - lineB;
  return a && b && 'column' in a && 'column' in b ? a.column - b.column : 0;
};

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
};
