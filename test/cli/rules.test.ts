import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runKinpass } from '../support/run-kinpass.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinpass-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const rulesTest = async (...args: string[]) => {
  await using run = runKinpass(['rules', 'test', ...args]);
  return { code: await run.ended, lines: run.output.replaceAll(`${folder}/`, '').trimEnd().split('\n') };
};

/** The YAML of docs/rules.md: the rules, and the cases for them. */
const [, documented = '', cases = ''] = [
  ...readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8').matchAll(
    /```yaml\n([\s\S]*?)```/g,
  ),
].map(([, text = '']) => text);

const rules = file('rules.yaml', documented);

const one = (facts: string) =>
  `cases: [{ name: a, app: kids-tv, serviceProvider: KIDS, mvpd: Dish, resource: kids, at: 2031-03-05T12:00Z, ${facts} }]`;

describe('kinpass rules test', () => {
  test('tries tables of cases with the rule file alone', async () => {
    const more = file(
      'more.yaml',
      `cases:
  - { name: night, app: kids-tv, serviceProvider: KIDS, mvpd: Dish, resource: x, at: 2031-03-05T22:00+01:00, expect: kids-at-night }
  - { name: trial, app: news-tv, serviceProvider: SPORTS, mvpd: TempPass, resource: finals-1, country: US,
      at: 2031-03-05T22:00+01:00, source: temppass, profile: temporary, expect: trial-without-sports }
`,
    );
    expect(await rulesTest('--rules', rules, file('cases.yaml', cases), more)).toEqual({
      code: 0,
      lines: [
        'pass  the final abroad: finals-blackout',
        'pass  the final at home: permit',
        'pass  night: kids-at-night',
        'pass  trial: trial-without-sports',
        '4 of 4 cases pass',
      ],
    });
  });

  test('ends with 1 if a case fails, and says what becomes of it', async () => {
    const path = file('failing.yaml', one('expect: kids-at-night'));
    expect(await rulesTest('--rules', rules, path)).toEqual({
      code: 1,
      lines: ['FAIL  a: permit, expected kids-at-night', '0 of 1 cases pass'],
    });
  });

  test.each<[what: string, text: string, told: string]>([
    [
      'a rule that does not exist',
      one('expect: kids-at-nite'),
      'cases[0].expect  must be permit or the id of a rule; "kids-at-nite" is none  → write kids-at-night',
    ],
    [
      'a key that does not exist',
      one('contry: DE, expect: permit'),
      'cases[0].contry  is not a setting  → write country',
    ],
    ['no expectation', one('country: DE'), 'cases[0].expect  is missing'],
    [
      'a time without a zone',
      one('expect: permit').replace('12:00Z', '12:00'),
      'cases[0].at  must be a time with a zone',
    ],
    ['no cases', 'cases: []', 'cases  must not be empty'],
  ])('refuses a table with %s', async (_, text, told) => {
    const { code, lines } = await rulesTest('--rules', rules, file('faulty.yaml', text));
    expect(code).toBe(1);
    expect(lines.join('\n')).toMatch(/faulty\.yaml:1:\d+/);
    expect(lines.join('\n')).toContain(told);
  });

  test('refuses a faulty rule file with all its faults', async () => {
    const faulty = file(
      'faulty-rules.yaml',
      'rules: [{ id: a, deny: {} }, { id: a, apps: [b], deny: { code: c } }]',
    );
    const { code, lines } = await rulesTest('--rules', faulty, file('cases.yaml', cases));
    expect(code).toBe(1);
    for (const told of [
      'rules[0].deny.code  is missing',
      'rules[0]  must have a condition',
      'rules[1].id  "a" is used twice',
    ])
      expect(lines.join('\n')).toContain(told);
  });

  test.each([
    ['--rules', [rules]],
    ['<file…>', ['--rules', rules]],
  ])('names %s where it is missing', async (name, args) => {
    const { code, lines } = await rulesTest(...args);
    expect(code).not.toBe(0);
    expect(lines.join('\n')).toContain(name);
  });
});

test('kinpass config validate tells the faults of the rule file, each at its place in it', async () => {
  const settings = file(
    'kinpass.yaml',
    `publicOrigin: https://sso.ref.example
decisions: { rules: ${file('of-settings.yaml', 'rules:\n  - { id: a, apps: [tx], deny: { code: c } }\n  - { id: b }\n')} }
identityProviders:
  - { id: google, kind: google, label: Google, clientId: g, clientSecret: production-secret }
families:
  - { id: ref, identityProviders: [google], serviceToken: { issuer: https://sso.ref.example } }
apps:
  - { id: tv, name: TV, family: ref, serviceProviders: [REF30], softwareStatement: statement-one }
`,
  );
  await using run = runKinpass(['config', 'validate', settings]);
  expect(await run.ended).toBe(1);
  expect(run.output.replaceAll(`${folder}/`, '').split('\n')).toEqual([
    'of-settings.yaml:2:21  rules[0].apps[0]  app "tx" does not exist  → write tv',
    'of-settings.yaml:3:5  rules[1].deny  is missing',
    "of-settings.yaml:3:5  rules[1]  must have a condition; resources: ['*'] denies everything",
    'kinpass.yaml: 3 faults',
    '',
  ]);
});
