import { expect, test } from 'vitest';
import type { IdentityProviderConfig } from '#src/config/schema';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import { createAccounts } from '#src/families/accounts';
import { createRevocations } from '#src/families/revocations';
import type { Caller, RestRequest } from '#src/flows/caller';
import { createFindExternalViewer } from '#src/flows/find-external-viewer';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { app, auditRecord, caller, family, instance, provider, restRequest } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const issuer = 'https://dtc.example';
const ref = family({ identityProviders: ['dtc'], linking: 'none' });
const dtc: IdentityProviderConfig = identityProviderSchema.parse({
  id: 'dtc',
  kind: 'oidc',
  issuer,
  clientId: 'kinpass',
  clientSecret: 'secret',
  label: 'DTC',
});

const world = (use: 'pass' | 'exchange' = 'exchange') => {
  const clock = createManualClock();
  const stores = createMemoryStores();
  const accounts = createAccounts({
    store: stores.accounts,
    identityProviders: [provider('dtc'), provider('google')],
    linkSecret: new Uint8Array(32),
    subjectVersion: 1,
    clock,
    ids: systemIds,
  });
  const revocations = createRevocations({ store: stores.revocations });
  const adopted: string[] = [];
  const find = createFindExternalViewer({
    externalTokens: new Map([
      ['tv', async (sub: string) => ({ iss: issuer, sub, iat: 1, exp: 2, jti: `jti of ${sub}` })],
    ]),
    accounts,
    revocations,
    adopt: async (instance, viewer) => adopted.push(`${instance} ${viewer}`) > 0,
    identityProviders: [dtc],
  });
  const tv = app({
    externalServiceToken: {
      issuer,
      audience: 'adobe',
      keys: { pem: ['key.pem'] },
      longestLifetime: 3_600_000,
      use,
      overViewer: false,
    },
  });
  const request = (suppliedToken?: string, changes: Partial<Caller> = {}): RestRequest =>
    restRequest({ caller: caller({ app: tv, family: ref, ...changes }), suppliedToken });
  return { accounts, revocations, adopted, find, request, stores };
};

test('whom the token names is who signed in at the same service before', async () => {
  const { accounts, find, request, stores } = world();
  const email = { address: 'ana@example.com', authority: 'dtc verifiedClaim' };
  const { isRevoked, ...ana } = await accounts.resolve(ref, {
    provider: 'dtc',
    issuer,
    subject: 'ana',
    email,
  });
  expect(isRevoked).toBe(false);
  expect(await find(request('ana'))).toEqual({ account: ana, token: undefined });
  expect((await stores.accounts.identitiesOf(ana.id))[0]?.email).toBe('ana@example.com');
});

test('whoever is new gets an account, by the provider whose issuer it is, and keeps it', async () => {
  const { accounts, find, request, stores } = world();
  const made = await find(request('ben'));
  expect((await find(request('ben')))?.account.id).toBe(made?.account.id);
  expect(await stores.accounts.identitiesOf(made?.account.id ?? '')).toMatchObject([
    { provider: 'dtc', subject: 'ben' },
  ]);
  const again = await accounts.resolve(ref, { provider: 'dtc', issuer, subject: 'ben' });
  expect(again.id).toBe(made?.account.id);
});

test('the first viewer whom an app names takes over what the device had before', async () => {
  const { adopted, find, request } = world();
  const ana = await find(request('ana'));
  await find(request('ben', { instance: instance({ id: 'i2', firstViewer: 'somebody' }) }));
  await find(request('ben', { family: { ...ref, profilesPer: 'device' } }));
  expect(adopted).toEqual([`i1 ${ana?.account.id}`]);
});

test('nothing is found without a token, or for an app that may bring none', async () => {
  const { find, request } = world();
  expect(await find(request())).toBeUndefined();
  expect(await find(request('ana', { app: app() }))).toBeUndefined();
});

test.each(['pass', 'exchange'] as const)(
  'a revoked account stays out, its token passed on or exchanged (%s)',
  async (use) => {
    const { find, request, revocations } = world(use);
    const ana = await find(request('ana'));
    expect(ana?.token).toBe(use === 'pass' ? 'ana' : undefined);
    await revocations.revoke({ kind: 'account', id: ana?.account.id ?? '' }, auditRecord());
    await expect(find(request('ana'))).rejects.toMatchObject({ code: 'gateway_revoked', status: 403 });
    await revocations.revoke({ kind: 'instance', id: 'i1' }, auditRecord());
    await expect(find(request('ben'))).rejects.toMatchObject({ code: 'gateway_revoked' });
  },
);
