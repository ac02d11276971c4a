import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { tempPassSchema } from '#src/config/schema/temp-pass';
import { createAccounts } from '#src/families/accounts';
import { createTrialIdentityOf } from '#src/families/trial-identity';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { family, identity, provider } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const { accounts: store } = createMemoryStores();
const accounts = createAccounts({
  store,
  identityProviders: [provider('dtc'), provider('google')],
  linkSecret: Buffer.alloc(32, 9),
  subjectVersion: 1,
  clock: createManualClock(),
  ids: systemIds,
});

const { promotional } = tempPassSchema.parse({
  promotional: [
    { mvpd: 'BySubject' },
    { mvpd: 'ByEmail', identifier: { from: 'email', providers: ['google', 'dtc'] } },
    { mvpd: 'ByGoogle', identifier: { from: 'email', providers: ['google'] } },
  ],
});

const identityOf = createTrialIdentityOf({
  accounts: store,
  findSubject: async (_family, account) => {
    if (account?.family !== 'ref') throw fail('gateway_subject_unavailable');
    return `subject of ${account.id}`;
  },
  promotional,
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The identifier's hash. */
const hashFor = async (account: Parameters<typeof identityOf>[0]['account'], mvpd: string) => {
  const value = await identityOf({ family: family(), account, mvpd });
  return value && (JSON.parse(Buffer.from(value, 'base64').toString()) as { email: string }).email;
};

test('the subject, by default', async () => {
  const ana = await accounts.resolve(family(), identity('ana'));
  expect(await hashFor(ana, 'BySubject')).toBe(sha256(`subject of ${ana.id}`));
});

test('nothing at another MVPD', async () => {
  const ana = await accounts.resolve(family(), identity('ana'));
  expect(await hashFor(ana, 'Cablevision')).toBeUndefined();
});

test('nothing for an account without a subject: what the app sends may go on', async () => {
  const { id } = await accounts.resolve(family(), identity('ana'));
  const stray = { id, family: 'other', createdAt: 0, subjectVersion: 1, endedAt: null };
  expect(await hashFor(stray, 'BySubject')).toBeUndefined();
});

test('the address of the first provider that has one, normalized', async () => {
  const ben = await accounts.resolve(family(), identity('ben', { email: 'Ben.Okoro@Viewers.EXAMPLE' }));
  expect(await hashFor(ben, 'ByEmail')).toBe(sha256('ben.okoro@viewers.example'));
  expect(await hashFor(ben, 'ByGoogle')).toBeUndefined();
});

test('nothing for an account without an address', async () => {
  const { email: _, ...without } = identity('dora');
  const dora = await accounts.resolve(family(), without);
  expect(await hashFor(dora, 'ByEmail')).toBeUndefined();
});
