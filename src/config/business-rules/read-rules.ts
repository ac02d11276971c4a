import { type Draft, type Partly, validPart } from '../draft.ts';
import { explainIssues } from '../faults/explain-issues.ts';
import { byPlace, type Fault, pathText } from '../faults/fault.ts';
import { schemaNodeOf } from '../settings/settings-schema.ts';
import { readYaml } from '../sources/read-yaml.ts';
import { ruleFaults } from './rule-faults.ts';
import { type BusinessRule, type RuleFile, ruleFileSchema } from './rule-schema.ts';

const root = schemaNodeOf(ruleFileSchema);

interface RulesFound {
  /** Undefined when there are faults. */
  readonly rules: readonly BusinessRule[] | undefined;
  /** All of them, each with its place in the file. */
  readonly faults: readonly Fault[];
}

/**
 * Reads a rule file; relative paths start at `cwd`. `settings` are those of the gateway that is to use it, if that is known.
 * Never throws.
 */
export const readRules = async (file: string, cwd = '.', settings?: Draft): Promise<RulesFound> => {
  const found = await readYaml(file, cwd);
  if (!found.settings) return { rules: undefined, faults: found.faults };
  const input = found.settings;
  const { data, error } = ruleFileSchema.safeParse(input);
  const issues = error ? explainIssues(error.issues, input, [], root) : [];
  const told = new Set(issues.map(({ path }) => pathText(path)));
  const draft = (data ?? validPart(ruleFileSchema, input) ?? {}) as Partly<RuleFile>;
  const across = ruleFaults(draft, input, settings).filter(({ path }) => !told.has(pathText(path)));
  const faults = [
    ...found.faults,
    ...[...issues, ...across].map((finding) => ({
      ...finding,
      place: found.placeOf(finding.path, finding.key),
    })),
  ].toSorted(byPlace);
  return { rules: faults.length === 0 ? data?.rules : undefined, faults };
};
