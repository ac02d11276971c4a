import { z } from 'zod';
import { decisionSources, profileTypes } from '#src/config/business-rules/rule-schema';
import { explainIssues } from '#src/config/faults/explain-issues';
import type { Fault, Finding } from '#src/config/faults/fault';
import { nearest } from '#src/config/faults/nearest';
import { schemaNodeOf } from '#src/config/settings/settings-schema';
import { readYaml } from '#src/config/sources/read-yaml';
import { adobeId, slug } from '#src/config/values';

const instant = z
  .string()
  .refine(
    (text) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
    'must be a time with a zone, such as 2031-01-31T20:00Z or 2031-01-31T20:00+01:00',
  );

const casesSchema = z.strictObject({
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        at: instant,
        app: slug,
        serviceProvider: adobeId,
        mvpd: adobeId,
        country: z
          .string()
          .regex(/^[A-Z]{2}$/, 'must be two upper-case letters (ISO 3166-1), such as US')
          .optional(),
        resource: z.string().min(1),
        source: z.enum(decisionSources).default('mvpd'),
        profile: z.enum(profileTypes).default('regular'),
        expect: z.string().min(1),
      }),
    )
    .min(1),
});

const root = schemaNodeOf(casesSchema);

/** What a viewer plays, and what becomes of it: `permit`, or the id of the rule that denies it. */
export type Case = z.output<typeof casesSchema>['cases'][number];

/** Reads a table of cases for rules with these ids. Never throws. */
export const readCases = async (
  file: string,
  rules: ReadonlySet<string>,
): Promise<{ readonly cases: readonly Case[]; readonly faults: readonly Fault[] }> => {
  const found = await readYaml(file, '.');
  if (!found.settings) return { cases: [], faults: found.faults };
  const { data, error } = casesSchema.safeParse(found.settings);
  const cases = data?.cases ?? [];
  const findings = error
    ? explainIssues(error.issues, found.settings, [], root)
    : cases.flatMap((one, index) => unknownRule(one, index, rules));
  const placed = findings.map((finding) => ({ ...finding, place: found.placeOf(finding.path, finding.key) }));
  return { cases, faults: [...found.faults, ...placed] };
};

const unknownRule = ({ expect }: Case, index: number, rules: ReadonlySet<string>): Finding[] =>
  expect === 'permit' || rules.has(expect)
    ? []
    : [
        {
          path: ['cases', index, 'expect'],
          message: `must be permit or the id of a rule; "${expect}" is none`,
          write: nearest(expect, ['permit', ...rules]),
        },
      ];
