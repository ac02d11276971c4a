import { expect, test } from 'vitest';
import { lapseOf } from '#src/families/lapse';

const basis = { family: 'ref', provider: 'dtc', provenAt: 1_000 };
const today = { family: { id: 'ref', identityProviders: ['google', 'dtc'] }, lifetime: 500, now: 1_499 };

test('what was proven in time, by a provider of the family, stands', () => {
  expect(lapseOf(basis, today)).toBeUndefined();
});

test('without a recorded provider, family and time decide', () => {
  expect(lapseOf({ ...basis, provider: null }, today)).toBeUndefined();
  expect(lapseOf({ ...basis, provider: null, family: 'other' }, today)).toBe('family');
});

test.each([
  [
    'the app belongs to another family',
    basis,
    { ...today, family: { ...today.family, id: 'other' } },
    'family',
  ],
  ['the app is gone', basis, { ...today, family: undefined }, 'family'],
  ['the family has left the provider', { ...basis, provider: 'facebook' }, today, 'provider'],
  ['the lifetime is over', basis, { ...today, now: 1_500 }, 'lifetime'],
] as const)('nothing rests on it when %s', (_when, proven, settings, lapse) => {
  expect(lapseOf(proven, settings)).toBe(lapse);
});
