import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import { namedClaims, profileOf } from '#src/identity/claims';
import { createProviders } from '#src/identity/providers';
import { systemIds } from '#src/lib/ids';
import { createManualClock } from '../support/manual-clock.ts';
import { type ScriptedOp, startScriptedOp } from './scripted-op.ts';
import { atOp, signIn } from './signing-in.ts';

const clock = createManualClock();
let op: ScriptedOp;
beforeEach(async () => {
  op = await startScriptedOp(clock);
});
afterEach(() => op[Symbol.asyncDispose]());

/** What an identity hands on when these claims are asked for. */
const handedOn = async (asked: readonly string[], said: Record<string, unknown>) => {
  op.script.claims = said;
  const config = identityProviderSchema.parse({ id: 'op', label: 'An OP', ...atOp(op) });
  const claimsOf = (id: string) => (id === 'op' ? asked : []);
  const provider = createProviders([config], { clock, ids: systemIds, insecureHttp: true, claimsOf }).get(
    'op',
  );
  if (!provider) throw new Error('no provider');
  return (await signIn(provider, op)).claims;
};

test('a claim that is asked for is handed on, and no other', async () => {
  const said = { user_id: 'u-1', 'https://ref.example/household': 'h-7', shoe_size: '38' };
  expect(await handedOn(['user_id', 'https://ref.example/household'], said)).toEqual({
    user_id: 'u-1',
    'https://ref.example/household': 'h-7',
  });
  expect(await handedOn([], said)).toBeUndefined();
});

test.each<[string, unknown, string | undefined]>([
  ['a whole number', 4711, '4711'],
  ['zero', 0, '0'],
  ['255 characters', 'x'.repeat(255), 'x'.repeat(255)],
  ['256 characters', 'x'.repeat(256), undefined],
  ['nothing', '', undefined],
  ['a fraction', 1.5, undefined],
  ['more than is exact', 2 ** 60, undefined],
  ['a list', ['u-1'], undefined],
  ['an object', { id: 'u-1' }, undefined],
  ['null', null, undefined],
  ['a line end', 'u-1\n', undefined],
  ['something invisible', 'u-1\u200b', undefined],
])('an id may be %s or may not', async (_what, value, expected) => {
  expect((await handedOn(['user_id'], { user_id: value }))?.['user_id']).toBe(expected);
});

test.each(['constructor', '__proto__', 'toString'])(
  '%s is no claim of somebody who has none',
  async (name) => {
    expect(await handedOn([name], {})).toBeUndefined();
  },
);

test('claims are named one by one, and none at all is no claims', () => {
  expect(namedClaims({ a: 'x', b: 7, c: '' }, ['b', 'a', 'c'])).toEqual({ claims: { a: 'x', b: '7' } });
  expect(namedClaims({ a: 'x' }, ['b'])).toEqual({});
});

const verified = { email: 'Ana@Viewers.Example', email_verified: true };
const never = { ruleFor: () => null };

const domain = (length: number) => [63, 63, length - 128].map((count) => 'x'.repeat(count)).join('.');

test.each<[string, Record<string, unknown>, unknown]>([
  ['no claims', {}, {}],
  ['a name', { name: ' Ana Lima ' }, { name: 'Ana Lima' }],
  ['a name of 200 characters', { name: 'x'.repeat(200) }, { name: 'x'.repeat(200) }],
  ['a name of 201 characters', { name: 'x'.repeat(201) }, {}],
  ['a blank name', { name: ' ' }, {}],
  ['a name with a line break', { name: 'Ana\nLima' }, {}],
  ['a name that is not text', { name: 7 }, {}],
  ['an address that is not text', { email: ['ana@viewers.example'] }, {}],
  ['a malformed address', { email: 'ana' }, {}],
  // Composed, its local part would have the 64 characters that are allowed.
  ['an address of 321 characters', { email: `${'e\u0301'.repeat(64)}@${domain(192)}` }, {}],
  ['a malformed address beside a name', { email: 'ana', name: 'Ana' }, { name: 'Ana' }],
])('the profile of %s', (_, claims, profile) => {
  expect(profileOf(claims, never)).toEqual(profile);
});

test('an address of 320 characters is within the limit', () => {
  const { email } = profileOf({ email: `${'e\u0301'.repeat(64)}@${domain(191)}` }, never);
  expect(email?.address).toHaveLength(256);
});

test('authority depends on the domain and on the well-formed claims', () => {
  const asked: unknown[] = [];
  const authorityOf = {
    ruleFor: (...input: unknown[]) => {
      asked.push(input);
      return 'a rule';
    },
  };
  profileOf({ ...verified, hd: 'x'.repeat(253), name: 7 }, authorityOf);
  profileOf({ ...verified, hd: 'x'.repeat(254) }, authorityOf);
  profileOf({ email: verified.email, hd: 7, email_verified: 'true' }, authorityOf);
  expect(asked).toEqual([
    ['viewers.example', { ...verified, hd: 'x'.repeat(253) }],
    ['viewers.example', verified],
    ['viewers.example', { email: verified.email }],
  ]);
});
