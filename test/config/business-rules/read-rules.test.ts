import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readRules } from '#src/config/business-rules/read-rules';
import { faultText } from '#src/config/faults/fault';

const cwd = mkdtempSync(join(tmpdir(), 'kinpass-rules-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const faultsIn = async (
  text: string,
  apps?: { id: string; serviceProviders: string[] }[],
): Promise<string[]> => {
  writeFileSync(join(cwd, 'rules.yaml'), text);
  const settings = apps && { apps, public: { countryHeader: 'CF-IPCountry' } };
  const { rules, faults } = await readRules('rules.yaml', cwd, settings);
  expect(rules === undefined).toBe(faults.length > 0);
  return faults.map((fault) => faultText(fault).replace('rules.yaml:', ''));
};

const whole = `rules:
  - id: blackout
    apps: [news-tv]
    serviceProviders: [NEWS]
    mvpds: [Cablevision]
    resources: ['sports*', news]
    countries: [US, NO]
    unknownCountry: applies
    time: { zone: America/New_York, since: 2031-03-05T20:00, until: 2031-03-06T00:00, days: [wed], from: 06:00, to: 23:30 }
    profiles: [temporary, unknown]
    sources: [mvpd]
    deny: { code: blackout, action: retry, text: { en: Not here, es: Aquí no } }
`;

test('a rule with every condition is valid as it is written, Norway and times without quotes included', async () => {
  expect(await faultsIn(whole, [{ id: 'news-tv', serviceProviders: ['NEWS'] }])).toEqual([]);
  const { rules } = await readRules('rules.yaml', cwd);
  expect(rules?.[0]).toMatchObject({
    countries: ['US', 'NO'],
    time: { from: '06:00', since: '2031-03-05T20:00' },
  });
});

test('all faults are told at once, each with its place', async () => {
  const text = `rules:
  - id: one
    resource: [news]
    countries: [USA]
    deny: { code: Bad }
  - id: one
    exceptCountries: [US]
    time: { zone: Mars, from: 25:00 }
    profiles: [temporal]
    deny: { code: refused, text: { xx: no } }
  - deny: { code: ok }
`;
  expect(await faultsIn(text)).toEqual([
    '2:5  rules[0].unknownCountry  is missing: `applies` or `passes`, for devices whose country is not known',
    '3:5  rules[0].resource  is not a setting  → write resources',
    '4:17  rules[0].countries[0]  must be two upper-case letters (ISO 3166-1), such as US',
    '5:19  rules[0].deny.code  must be up to 40 of a-z, 0-9 and _, and start with a letter',
    '6:5  rules[1].unknownCountry  is missing: `applies` or `passes`, for devices whose country is not known',
    '6:9  rules[1].id  "one" is used twice',
    '8:5  rules[1].time.to  is missing: `from` needs it',
    '8:19  rules[1].time.zone  must be a time zone such as America/New_York',
    '8:31  rules[1].time.from  must be a time of day such as 06:30, from 00:00 to 23:59',
    expect.stringMatching(
      /^9:16 {2}rules\[1\]\.profiles\[0\] {2}must be one of regular, .*→ write temporary$/,
    ),
    '10:19  rules[1].deny.code  is a code of the gateway itself',
    '10:28  rules[1].deny.text  must have at least one language',
    expect.stringMatching(/^10:36 {2}rules\[1\]\.deny\.text\.xx {2}is not a setting; valid here: en, es/),
    '11:5  rules[2].id  is missing',
    "11:5  rules[2]  must have a condition; resources: ['*'] denies everything",
  ]);
});

describe('what does not go together', () => {
  const rule = (more: string) => `rules: [{ id: a, deny: { code: b }, ${more} }]`;

  test.each([
    [
      'countries and exceptCountries',
      'countries: [US], exceptCountries: [CA], unknownCountry: passes',
      'exceptCountries  must not stand beside `countries`',
    ],
    ['countries without unknownCountry', 'countries: [US]', 'unknownCountry  is missing'],
    ['unknownCountry alone', 'apps: [a], unknownCountry: passes', 'unknownCountry  means nothing without'],
    ['an empty list', 'apps: []', 'apps  must not be empty'],
    ['from without to', 'time: { zone: UTC, from: 06:00 }', 'time.to  is missing'],
    ['to without from', 'time: { zone: UTC, to: 06:00 }', 'time.from  is missing'],
    ['no time between', 'time: { zone: UTC, from: 06:00, to: 06:00 }', 'time.to  must differ from `from`'],
    [
      'an end before its beginning',
      'time: { zone: UTC, since: 2031-03-05T20:00, until: 2031-03-05T20:00 }',
      'time.until  must be after `since`',
    ],
    [
      'a day that does not exist',
      'time: { zone: UTC, since: 2031-02-30T20:00 }',
      'time.since  must be a local time',
    ],
    ['a zone alone', 'time: { zone: UTC }', 'time.days  is missing'],
    ['no condition', '', 'rules[0]  must have a condition'],
  ])('%s', async (_, more, told) => {
    const faults = await faultsIn(rule(more));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(told);
  });

  test('a rule that is called as what is no rule', async () => {
    expect((await faultsIn('rules: [{ id: permit, apps: [a], deny: { code: b } }]'))[0]).toContain(
      'must not be `permit`',
    );
  });

  test('names that the settings do not have', async () => {
    const text = 'rules: [{ id: a, apps: [news-tx], serviceProviders: [NEWS, NONE], deny: { code: b } }]';
    expect(await faultsIn(text, [{ id: 'news-tv', serviceProviders: ['NEWS'] }])).toEqual([
      '1:25  rules[0].apps[0]  app "news-tx" does not exist  → write news-tv',
      '1:60  rules[0].serviceProviders[1]  service provider "NONE" does not exist',
    ]);
  });
});

test('countries that nobody tells', async () => {
  writeFileSync(join(cwd, 'countries.yaml'), whole);
  const found = await readRules('countries.yaml', cwd, {
    apps: [{ id: 'news-tv', serviceProviders: ['NEWS'] }],
  });
  expect(found.faults.map(faultText)).toEqual([
    'countries.yaml:7:5  rules[0].countries  needs `public.countryHeader`, which tells the country of a device',
  ]);
});

test.each([
  ['no YAML', 'rules: [', /^1:\d+ {2}is not valid YAML/],
  ['no mapping', '[]', /^1:1 {2}must contain a mapping/],
  ['no rules', 'rule: []', /rules {2}is missing/],
])('a file with %s', async (_, text, told) => {
  expect((await faultsIn(text)).join('\n')).toMatch(told);
});

test('a file that is not there', async () => {
  expect((await readRules('none.yaml', cwd)).faults).toMatchObject([{ message: 'none.yaml does not exist' }]);
});
