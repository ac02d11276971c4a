import { crossChecks } from './checks/rules.ts';
import { warnings } from './checks/warnings.ts';
import { draftOf } from './draft.ts';
import { explainIssues } from './faults/explain-issues.ts';
import { type Finding, pathText } from './faults/fault.ts';
import { type Config, configSchema } from './schema.ts';
import { valueAt } from './settings/settings-schema.ts';

interface Checked {
  /** Undefined when there are faults. */
  readonly config: Config | undefined;
  readonly faults: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** What is wrong with settings. Faults of the schema do not hide those across settings, nor the other way round. Pure. */
export const checkSettings = (input: unknown): Checked => {
  const { data, error } = configSchema.safeParse(input);
  const draft = data ?? draftOf(input);
  const issues = error ? explainIssues(error.issues, input) : [];
  const told = new Set(issues.map(({ path }) => pathText(path)));
  const across = crossChecks(draft).filter(({ path }) => !told.has(pathText(path)));
  const faults = [...issues, ...across.map((finding) => ofDefault(finding, input))];
  return {
    config: data && faults.length === 0 ? deepFreeze(data) : undefined,
    faults,
    warnings: warnings(draft),
  };
};

/** What is wrong with a default is that no value is given. */
const ofDefault = (finding: Finding, input: unknown): Finding =>
  valueAt(input, finding.path) !== undefined || finding.message.startsWith('is missing')
    ? finding
    : { ...finding, message: `is missing, and its default ${finding.message}` };

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
};
