import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityProviderSchema } from '#src/config/schema';
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
