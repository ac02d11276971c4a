import { expect, test } from 'vitest';
import { claimIn, claimKey, claimSourceOf, claimsToPassOn } from '#src/families/kept-claims';
import { family, identity } from '../support/builders.ts';

const byClaim = (claim: string, provider?: string) =>
  family({ subject: { strategy: 'claim', claim, as: 'plain', ...(provider && { provider }) } });

test('pseudonyms of accounts are made of no claim', () => {
  expect(claimSourceOf(family())).toBeUndefined();
});

test('the claim is that of the provider the family names, else of its first', () => {
  expect(claimSourceOf(byClaim('user_id', 'google'))).toEqual({ provider: 'google', claim: 'user_id' });
  expect(claimSourceOf(byClaim('user_id'))).toEqual({ provider: 'dtc', claim: 'user_id' });
  expect(claimSourceOf({ ...byClaim('user_id'), identityProviders: [] })?.provider).toBe('');
});

test('equal names of two providers are two claims, however they are joined', () => {
  const keys = [
    { provider: 'dtc', claim: 'id' },
    { provider: 'google', claim: 'id' },
    { provider: 'dtc","id', claim: '' },
  ].map(claimKey);
  expect(new Set(keys).size).toBe(3);
});

test('a provider passes on what families make subjects of, and no more', () => {
  const families = [
    family(),
    byClaim('user_id', 'dtc'),
    byClaim('sub', 'google'),
    byClaim('household', 'dtc'),
  ];
  expect(claimsToPassOn(families, 'dtc')).toEqual(['user_id', 'household']);
  expect(claimsToPassOn(families, 'google')).toEqual(['sub']);
  expect(claimsToPassOn(families, 'facebook')).toEqual([]);
});

test('a claim is read from an identity of its own provider only', () => {
  const ana = identity('ana', { claims: { user_id: '4711' } });
  expect(claimIn(ana, { provider: 'dtc', claim: 'user_id' })).toBe('4711');
  expect(claimIn(ana, { provider: 'google', claim: 'user_id' })).toBeUndefined();
  expect(claimIn(ana, undefined)).toBeUndefined();
});

test('sub is the identity’s own; a name that every object has is no claim', () => {
  const ana = identity('ana', { claims: { sub: 'another' } });
  expect(claimIn(ana, { provider: 'dtc', claim: 'sub' })).toBe('ana');
  for (const claim of ['constructor', 'toString', 'missing'])
    expect(claimIn(ana, { provider: 'dtc', claim })).toBeUndefined();
  const { claims: _, ...without } = ana;
  expect(claimIn(without, { provider: 'dtc', claim: 'user_id' })).toBeUndefined();
});
