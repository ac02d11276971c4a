import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { type PickerSettings, pickerSchema } from '#src/config/schema/picker';
import { applyPickerRules, type PickerPlace, searchProviders } from '#src/flows/picker-rules';
import type { Mvpd } from '#src/rest-v2/mvpds';

type Settings = NonNullable<z.input<typeof pickerSchema>>;

const settingsOf = (settings: Settings): PickerSettings => pickerSchema.parse(settings);

const mvpds: readonly Mvpd[] = [
  { id: 'Dish', displayName: 'DISH', logoUrl: 'https://mvpd.example/dish.png' },
  { id: 'TempPass', displayName: 'Temp-Pass', isTempPass: true },
  { id: 'Cablevision', displayName: 'Optimum' },
  { id: 'Lab', displayName: 'Laboratory' },
  { id: 'ATT', displayName: 'AT&T U-verse' },
];

const place: PickerPlace = {
  app: 'news-tv',
  serviceProvider: 'NEWS',
  environment: 'default',
  country: 'US',
  platform: ['SetTopBox', 'Roku OS'],
};

const idsBy = (settings: Settings, changes: Partial<PickerPlace> = {}, remembered?: string): string =>
  applyPickerRules(mvpds, settingsOf(settings), { ...place, ...changes }, remembered)
    .map(({ id }) => id)
    .join(' ');

const all = 'ATT Dish Lab Cablevision';
const lab: Settings = { mvpds: [{ id: 'Lab', kind: 'test' }] };

test.each<[string, Settings, string]>([
  ['no rules: by name, without TempPass', {}, all],
  ['a test', lab, 'ATT Dish Cablevision'],
  ['one in development', { mvpds: [{ id: 'Lab', kind: 'development' }] }, 'ATT Dish Cablevision'],
  ['a disabled one', { mvpds: [{ id: 'Dish', kind: 'disabled' }] }, 'ATT Lab Cablevision'],
  ['a kind that a rule shows', { ...lab, rules: [{ showKinds: ['test'] }] }, all],
  [
    'another kind than the rule shows',
    { ...lab, rules: [{ showKinds: ['disabled'] }] },
    'ATT Dish Cablevision',
  ],
  ['TempPass, shown', { rules: [{ showKinds: ['temporary'] }] }, `${all} TempPass`],
  ['one of a hidden kind, shown by its id', { rules: [{ show: ['TempPass'] }] }, `${all} TempPass`],
  [
    'a TempPass that is a test',
    { mvpds: [{ id: 'TempPass', kind: 'test' }], rules: [{ showKinds: ['temporary'] }] },
    all,
  ],
  ['hidden by id', { rules: [{ hide: ['Dish', 'Nobody'] }] }, 'ATT Lab Cablevision'],
  ['all but one hidden', { rules: [{ hide: ['*'], show: ['Dish'] }] }, 'Dish'],
  [
    'hidden, though of a kind that is shown',
    { ...lab, rules: [{ showKinds: ['test'], hide: ['Lab'] }] },
    'ATT Dish Cablevision',
  ],
  ['hidden by one rule, shown by a later one', { rules: [{ hide: ['Dish'] }, { show: ['Dish'] }] }, all],
  [
    'shown by one rule, hidden by a later one',
    { rules: [{ show: ['Dish'] }, { hide: ['Dish'] }] },
    'ATT Lab Cablevision',
  ],
  [
    'an order, the others by name',
    { rules: [{ order: ['Lab', 'Nobody', 'Cablevision'] }] },
    'Lab Cablevision ATT Dish',
  ],
  [
    'the last order',
    { rules: [{ order: ['Lab'] }, { order: ['Dish'] }, { hide: [] }] },
    'Dish ATT Lab Cablevision',
  ],
  ['another name', { mvpds: [{ id: 'Dish', name: 'Zap' }] }, 'ATT Lab Cablevision Dish'],
])('%s', (_what, settings, expected) => expect(idsBy(settings)).toBe(expected));

describe('a rule that hides Dish', () => {
  type Rule = NonNullable<Settings['rules']>[number];

  test.each<[string, Rule, boolean]>([
    ['everywhere', {}, true],
    ['this app', { apps: ['other', 'news-tv'] }, true],
    ['another app', { apps: ['other'] }, false],
    ['this service provider', { serviceProviders: ['NEWS'] }, true],
    ['another service provider', { serviceProviders: ['SPORTS'] }, false],
    ['this environment', { environments: ['default'] }, true],
    ['another environment', { environments: ['staging'] }, false],
    ['this country', { countries: ['CA', 'US'] }, true],
    ['another country', { countries: ['CA'] }, false],
    ['this platform, in any case', { platforms: ['roku os'] }, true],
    ['another platform', { platforms: ['TV'] }, false],
    ['all conditions', { apps: ['news-tv'], countries: ['US'], platforms: ['SetTopBox'] }, true],
    ['one condition of two', { apps: ['news-tv'], countries: ['CA'] }, false],
  ])('%s', (_where, rule, applies) => {
    expect(idsBy({ rules: [{ ...rule, hide: ['Dish'] }] })).toBe(applies ? 'ATT Lab Cablevision' : all);
  });

  test('in a country, where that is not known', () => {
    expect(idsBy({ rules: [{ countries: ['US'], hide: ['Dish'] }] }, { country: undefined })).toBe(all);
  });

  test('on a platform, where that is not known', () => {
    expect(idsBy({ rules: [{ platforms: ['TV'], hide: ['Dish'] }] }, { platform: [] })).toBe(all);
  });
});

describe('the remembered one', () => {
  test('is first, before any order', () => {
    expect(idsBy({ rules: [{ order: ['ATT'] }] }, {}, 'Lab')).toBe('Lab ATT Dish Cablevision');
  });

  test('is not shown where a rule hides it', () => {
    expect(idsBy({ rules: [{ hide: ['Lab'] }] }, {}, 'Lab')).toBe('ATT Dish Cablevision');
    expect(idsBy({}, {}, 'TempPass')).toBe(all);
  });
});

test.each<[string, string | undefined, string | undefined, string | undefined]>([
  ['of Adobe', 'https://mvpd.example/a.png', undefined, 'https://mvpd.example/a.png'],
  ['of the settings', 'https://mvpd.example/a.png', 'https://example.com/b.png', 'https://example.com/b.png'],
  ['over plain http', 'http://mvpd.example/a.png', undefined, undefined],
  ['that is no URL', 'a.png', undefined, undefined],
  ['that runs code', 'javascript:alert(1)', undefined, undefined],
  ['that stands for none', 'https://entitlement.auth.adobe.com/entitlement/noLogo.png', undefined, undefined],
  ['of none', undefined, undefined, undefined],
])('a logo %s', (_what, logoUrl, own, expected) => {
  const settings = settingsOf({ mvpds: own === undefined ? [] : [{ id: 'Dish', logoUrl: own }] });
  const [shown] = applyPickerRules([{ id: 'Dish', logoUrl }], settings, place);
  expect(shown?.logoUrl).toBe(expected);
});

test('an MVPD without a name is called by its id', () => {
  expect(applyPickerRules([{ id: 'Dish' }], settingsOf({}), place)[0]?.displayName).toBe('Dish');
});

describe('a search', () => {
  const settings = settingsOf({
    mvpds: [
      { id: 'Cablevision', name: 'Optimum', aliases: ['Altice', 'Suddenlink'] },
      { id: 'Dish', name: 'Télé Québec' },
    ],
  });
  const providers = applyPickerRules(mvpds, settings, place);

  test.each([
    ['', 'ATT Lab Cablevision Dish'],
    ['   ', 'ATT Lab Cablevision Dish'],
    ['&', 'ATT Lab Cablevision Dish'],
    ['optimum', 'Cablevision'],
    ['OPTI', 'Cablevision'],
    ['sudden link', 'Cablevision'],
    ['altice', 'Cablevision'],
    ['att', 'ATT'],
    ['at & t', 'ATT'],
    ['uverse', 'ATT'],
    ['verse at', 'ATT'],
    ['tele', 'Dish'],
    ['QUÉBEC', 'Dish'],
    ['ｔｅｌｅ', 'Dish'],
    ['optimum quebec', ''],
    ['nobody', ''],
    ['.*', 'ATT Lab Cablevision Dish'],
  ])('for "%s"', (typed, expected) => {
    const found = searchProviders(providers, typed).map(({ id }) => id);
    expect(found.join(' ')).toBe(expected);
  });
});
