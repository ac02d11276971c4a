import { expect, test } from 'vitest';
import { bestProfiles, type Profile } from '#src/flows/best-profiles';

const now = 1_000;

const profile = (mvpd: string, type: string, notAfter: number): Profile => ({
  mvpd,
  type,
  issuer: mvpd,
  notBefore: 0,
  notAfter,
  attributes: {},
});

const regular = profile('Cablevision', 'regular', 5_000);
const longer = profile('Dish', 'regular', 9_000);
const shared = profile('Spectrum', 'serviceTokenSSO', 2_000);
const platform = profile('ATT', 'platformSSO', 3_000);
const alike = profile('Altice', 'regular', 9_000);
const over = profile('Old', 'serviceTokenSSO', now);
const trial = profile('TempPass', 'temporary', 9_999);

test.each<[what: string, profiles: Profile[], remembered: string | undefined, best: Profile[]]>([
  ['none', [], undefined, []],
  ['none for a trial, even a remembered one', [trial], 'TempPass', []],
  ['the profile beside a trial', [trial, regular], 'TempPass', [regular]],
  ['the only one', [regular], undefined, [regular]],
  ['the only one, though another is remembered', [regular], 'Dish', [regular]],
  ['the remembered one before single sign-on', [regular, shared], 'Cablevision', [regular]],
  ['single sign-on before a longer validity', [regular, longer, shared], undefined, [shared]],
  ['single sign-on by the platform as well', [longer, platform], undefined, [platform]],
  ['of two by single sign-on the longer one', [shared, platform], undefined, [platform]],
  ['the longest validity', [regular, longer], undefined, [longer]],
  ['several that are alike', [regular, longer, alike], undefined, [longer, alike]],
  ['of several that are alike the remembered one', [longer, alike], 'Altice', [alike]],
  ['none that has expired', [over, regular], undefined, [regular]],
  ['not the remembered one once it has expired', [over, regular], 'Old', [regular]],
])('%s', (_what, profiles, remembered, best) => {
  expect(bestProfiles(profiles, { remembered, now })).toEqual(best);
  expect(bestProfiles(profiles.toReversed(), { remembered, now }).toSorted(byMvpd)).toEqual(
    best.toSorted(byMvpd),
  );
});

const byMvpd = (a: Profile, b: Profile): number => a.mvpd.localeCompare(b.mvpd);
