import { describe, expect, test } from 'vitest';
import { createJudgeOf, type Facts, type PermitFacts } from '#src/business-rules/judge';
import { type RuleFile, ruleFileSchema } from '#src/config/business-rules/rule-schema';

type Written = Omit<RuleFile['rules'][number], 'id' | 'deny'>;

const judgeOf = (...rules: Written[]) =>
  createJudgeOf(
    ruleFileSchema.parse({
      rules: rules.map((rule, index) => ({ id: `rule-${index}`, deny: { code: 'no' }, ...rule })),
    }).rules,
  );

const facts: Facts = {
  app: 'news-tv',
  serviceProvider: 'NEWS',
  mvpd: 'Cablevision',
  country: 'US',
  now: Date.parse('2031-03-05T12:00:00Z'), // a Wednesday
};

const permit = (changes: Partial<PermitFacts> = {}): PermitFacts => ({
  resources: ['news'],
  source: 'mvpd',
  profile: async () => 'regular',
  ...changes,
});

test.each<[what: string, rule: Written, changes: Partial<Facts>, denies: boolean]>([
  ['an app', { apps: ['news-tv', 'news-web'] }, {}, true],
  ['another app', { apps: ['news-web'] }, {}, false],
  ['a service provider', { serviceProviders: ['NEWS'] }, {}, true],
  ['another service provider', { serviceProviders: ['SPORTS'] }, {}, false],
  ['an MVPD, in any case', { mvpds: ['cableVision'] }, {}, true],
  ['another MVPD', { mvpds: ['Dish'] }, {}, false],
  ['a country', { countries: ['US'], unknownCountry: 'passes' }, {}, true],
  ['another country', { countries: ['CA'], unknownCountry: 'applies' }, {}, false],
  ['all countries but this one', { exceptCountries: ['US'], unknownCountry: 'applies' }, {}, false],
  ['all countries but others', { exceptCountries: ['CA'], unknownCountry: 'passes' }, {}, true],
  ...(['countries', 'exceptCountries'] as const).flatMap(
    (key): [string, Written, Partial<Facts>, boolean][] => [
      [`no country, ${key}`, { [key]: ['US'], unknownCountry: 'applies' }, { country: undefined }, true],
      [`no country, ${key}`, { [key]: ['US'], unknownCountry: 'passes' }, { country: undefined }, false],
    ],
  ),
  ['a resource', { resources: ['news'] }, {}, true],
  ['a pattern', { resources: ['other', 'ne*'] }, {}, true],
  ['another resource', { resources: ['new'] }, {}, false],
  ['every condition', { apps: ['news-tv'], mvpds: ['Cablevision'], resources: ['*'] }, {}, true],
  ['every condition but one', { apps: ['news-tv'], mvpds: ['Dish'], resources: ['*'] }, {}, false],
])('a rule about %s', (_, rule, changes, denies) => {
  expect(judgeOf(rule)({ ...facts, ...changes }).before({ resources: ['news'] })?.id).toBe(
    denies ? 'rule-0' : undefined,
  );
});

describe('rules about what Adobe says', () => {
  test.each<[what: string, rule: Written, changes: Partial<PermitFacts>, denies: boolean]>([
    ['a type of profile', { profiles: ['temporary'] }, { profile: async () => 'temporary' }, true],
    ['another type of profile', { profiles: ['temporary'] }, {}, false],
    ['a source', { sources: ['degradation'] }, { source: 'degradation' }, true],
    ['another source', { sources: ['degradation'] }, {}, false],
    ['both', { sources: ['mvpd'], profiles: ['regular'] }, {}, true],
    ['both, of which one does not hold', { sources: ['temppass'], profiles: ['regular'] }, {}, false],
    ['something else besides', { profiles: ['regular'], resources: ['sports'] }, {}, false],
  ])('%s', async (_, rule, changes, denies) => {
    const judge = judgeOf(rule)(facts);
    expect(judge.before({ resources: ['news'] })).toBeUndefined();
    expect((await judge.after(permit(changes)))?.id).toBe(denies ? 'rule-0' : undefined);
  });

  test('do not read the profile unless it decides', async () => {
    const profile = () => Promise.reject(new Error('read'));
    const rules: Written[] = [
      { profiles: ['regular'], resources: ['sports'] },
      { profiles: ['regular'], sources: ['degradation'] },
      { sources: ['mvpd'] },
    ];
    expect((await judgeOf(...rules)(facts).after(permit({ profile })))?.id).toBe('rule-2');
  });

  test('come after those that need nothing, which deny what was not asked for, too', async () => {
    const judge = judgeOf({ sources: ['mvpd'] }, { resources: ['news'] })(facts);
    expect((await judge.after(permit()))?.id).toBe('rule-1');
    expect((await judge.after(permit({ resources: ['other'] })))?.id).toBe('rule-0');
  });
});

test('the first rule of the file denies', () => {
  expect(
    judgeOf(
      { mvpds: ['Dish'] },
      { apps: ['news-tv'] },
      { resources: ['*'] },
    )(facts).before({ resources: ['news'] })?.id,
  ).toBe('rule-1');
});

const mrss = (title: string, channel = 'NEWS') =>
  `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>${channel}</title>` +
  `<item><title>${title}</title><media:rating scheme="urn:mpaa">pg</media:rating></item></channel></rss>`;

describe('no spelling of a resource gets by', () => {
  const judge = judgeOf({ resources: ['Finals', 'live cup *'] })(facts);

  test.each([
    ['in another case', 'FINALS'],
    ['with white space around it', ' finals\n'],
    ['in full-width letters', 'ｆｉｎａｌｓ'],
    ['with what is not seen', 'fi\u200bna\u00adls\ufeff'],
    ['with other spaces', 'live \u00a0cup 2031'],
    ['in percent-encoding', 'f%69nals'],
    ['with references', '&#102;in&#x61;ls'],
    ['as the title of an MRSS item', mrss('finals')],
    ['as the channel of an MRSS document', mrss('other', 'Finals')],
    ['as the GUID of an MRSS item', mrss('other</title><guid isPermaLink="false">finals</guid><title>')],
    ['as a title of media', mrss('other</title><media:title>finals</media:title><title>')],
    ['as a title in CDATA', mrss('<![CDATA[fin]]>als')],
    ['as a title with references', mrss('&#70;inals')],
    ['as a title with a comment', mrss('fin<!-- -->als')],
    ['as a title with an element', mrss('fin<b/>als')],
    ['as a title after a byte order mark', `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n${mrss('finals')}`],
    ['as an MRSS document in percent-encoding', encodeURIComponent(mrss('finals'))],
    ['as an MRSS document with references', mrss('finals').replaceAll('<', '&lt;')],
    ['as an entity of a document type', `<!DOCTYPE rss [<!ENTITY x "finals">]>${mrss('&x;')}`],
    ['as an unknown reference', mrss('&finals;')],
    ['as a document in another encoding', `<?xml version="1.0" encoding="utf-7"?>${mrss('+AGY-inals')}`],
    ['as a document that is not well-formed', mrss('x').replace('</channel>', '')],
    ['as a document that ends early', mrss('x').slice(0, -1)],
    ['as a document that names nothing', '<rss version="2.0"><channel/></rss>'],
    ['as a document with more titles than any has', mrss('</title><title>'.repeat(60))],
    ['as a document that is nested without end', mrss(`${'<a>'.repeat(3_000)}${'</a>'.repeat(2_999)}`)],
    ['as markup of no kind', 'a<b'],
  ])('%s', (_, resource) => {
    expect(judge.before({ resources: [resource] })?.id).toBe('rule-0');
  });

  test.each([
    ['an id that has it within', 'semifinals'],
    ['an id that begins so', 'live cup'],
    ['an MRSS document of something else', mrss('news')],
    ['one after a byte order mark', `\ufeff${mrss('news')}`],
    ['a description that mentions it', mrss('news</title><description>finals</description><title>')],
    ['a percent sign', '100% finals'],
    ['an ampersand', 'A&E'],
  ])('%s is another resource', (_, resource) => {
    expect(judge.before({ resources: [resource] })).toBeUndefined();
  });

  test('a rule about all resources is about those that cannot be read', () => {
    expect(judgeOf({ resources: ['*'] })(facts).before({ resources: ['a<b'] })?.id).toBe('rule-0');
  });

  test('a rule that is not about resources does not look at them', () => {
    expect(judgeOf({ apps: ['other'] })(facts).before({ resources: ['a<b'] })).toBeUndefined();
  });
});

describe('other names of a resource', () => {
  const judge = judgeOf({ resources: ['ep-*', 'flagship'] });

  test('are those that the app tells besides', () => {
    const named = (...names: string[]) => judge(facts).before({ resources: ['NEWS'], names })?.id;
    expect([named(), named('flagship'), named('other', 'EP-7'), named('Salt <3')]).toEqual([
      undefined,
      'rule-0',
      'rule-0',
      undefined,
    ]);
  });

  test('are the titles that the MVPD has for a channel', () => {
    const titles = [
      {
        id: 'Dish',
        channels: [
          { channel: 'Flagship', title: 'EXN' },
          { channel: 'other', title: 'exn' },
        ],
      },
      { id: 'Spectrum', channels: [{ channel: 'other', title: 'EXN' }] },
    ];
    const rules = ruleFileSchema.parse({
      rules: [{ id: 'a', resources: ['flagship'], deny: { code: 'no' } }],
    }).rules;
    const at = (mvpd: string, resource: string) =>
      createJudgeOf(rules, titles)({ ...facts, mvpd }).before({ resources: [resource] })?.id;
    expect([
      at('Dish', 'EXN'),
      at('dish', mrss('x', 'Exn')),
      at('Spectrum', 'EXN'),
      at('Cablevision', 'EXN'),
    ]).toEqual(['a', 'a', undefined, undefined]);
  });
});

test('a pattern with many stars is matched in linear time', () => {
  const resource = `${'a'.repeat(16_000)}b`;
  const judge = judgeOf({ resources: [`${'a*'.repeat(200)}c`] })(facts);
  expect(judge.before({ resources: [resource] })).toBeUndefined();
});
