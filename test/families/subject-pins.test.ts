import { describe, expect, test } from 'vitest';
import { eventOf, pinsOf, strategyText } from '#src/families/subject-pins';
import type { JsonObject } from '#src/lib/json';

const entry = (event: JsonObject) => ({ at: 0, by: 'start', event });
const claim = { strategy: 'claim', provider: 'dtc', claim: 'user_id' } as const;
const pin = (subject: JsonObject, family = 'ref') => ({
  event: 'family',
  family,
  issuer: 'https://sso.ref.example',
  subject,
});
const account = { strategy: 'account' };
const secret = { event: 'secret', version: 1, fingerprint: 'a' };

describe('an entry of the journal', () => {
  test.each<JsonObject>([
    pin(account),
    pin({ ...claim, as: 'plain' }),
    pin({ ...claim, as: 'hashed', version: 2 }),
    secret,
    { event: 'made', version: 2, fingerprint: 'b' },
    { event: 'introduced' },
  ])('is read as stored: %j', (event) => {
    expect(eventOf(entry(event))).toEqual(event);
  });

  test.each<JsonObject>([
    {},
    { ...secret, event: 'other' },
    { ...secret, version: 1.5 },
    { ...secret, version: '1' },
    { ...secret, fingerprint: 1 },
    { ...secret, more: true },
    { event: 'made', version: 1.5, fingerprint: 'a' },
    { event: 'made', version: 1 },
    { event: 'made', version: 1, fingerprint: 'a', more: true },
    { event: 'introduced', more: true },
    { ...pin(account), more: true },
    { ...pin(account), family: 1 },
    { ...pin(account), issuer: null },
    pin({ ...account, more: true }),
    pin({ strategy: 'other' }),
    pin(claim),
    pin({ ...claim, as: 'other' }),
    pin({ ...claim, as: 'plain', version: 1 }),
    pin({ ...claim, as: 'plain', strategy: 'account' }),
    pin({ strategy: 'claim', claim: 'user_id', as: 'plain' }),
    pin({ strategy: 'claim', provider: 'dtc', as: 'plain' }),
    pin({ ...claim, as: 'hashed' }),
    pin({ ...claim, as: 'hashed', version: 1.5 }),
    pin({ ...claim, as: 'hashed', version: 1, more: true }),
  ])('of a newer version is not guessed at: %j', (event) => {
    expect(() => eventOf(entry(event))).toThrow(
      expect.objectContaining({
        code: 'store_invalid',
        field: 'store.file',
        hint: expect.stringContaining('Upgrade Kinpass.'),
        cause: expect.any(Error),
      }),
    );
  });
});

describe('the confirmed state', () => {
  test('is empty at first', () => {
    expect(pinsOf([])).toEqual({ families: new Map(), secrets: new Map(), introduced: false });
  });

  test('is the last entry about each family and version', () => {
    const journal = [
      pin(account),
      pin(account, 'tv'),
      secret,
      { event: 'secret', version: 2, fingerprint: 'b' },
      pin({ ...claim, as: 'plain' }),
      { ...secret, fingerprint: 'c' },
    ];
    expect(pinsOf(journal.map(entry))).toEqual({
      families: new Map([
        ['ref', pin({ ...claim, as: 'plain' })],
        ['tv', pin(account, 'tv')],
      ]),
      secrets: new Map([
        [1, 'c'],
        [2, 'b'],
      ]),
      introduced: false,
    });
  });

  test('does not include a secret that was created and not confirmed', () => {
    const { families, secrets } = pinsOf([entry({ event: 'made', version: 2, fingerprint: 'b' })]);
    expect([families.size, secrets.size]).toEqual([0, 0]);
  });

  test('may lack accounts only until the first decision after the journal was introduced', () => {
    const made = { event: 'made', version: 2, fingerprint: 'b' };
    const introducedIn = (...events: JsonObject[]) => pinsOf(events.map(entry)).introduced;
    expect(introducedIn({ event: 'introduced' })).toBe(true);
    expect(introducedIn({ event: 'introduced' }, made)).toBe(true);
    expect(introducedIn(made)).toBe(false);
    expect(introducedIn({ event: 'introduced' }, secret)).toBe(false);
    expect(introducedIn({ event: 'introduced' }, pin(account))).toBe(false);
  });
});

test('operators read strategies as text', () => {
  expect(strategyText({ strategy: 'account' })).toBe('account');
  expect(strategyText({ ...claim, as: 'plain' })).toBe('claim user_id of dtc, as it is');
  expect(strategyText({ ...claim, as: 'hashed', version: 2 })).toBe(
    'claim user_id of dtc, hashed with version 2',
  );
});
