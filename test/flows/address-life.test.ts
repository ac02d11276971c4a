import { describe, expect, test } from 'vitest';
import type { IdentityProviderConfig } from '#src/config/schema';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import { createAccounts } from '#src/families/accounts';
import { createSignIn } from '#src/flows/sign-in';
import { authorityOf } from '#src/identity/authority';
import { profileOf } from '#src/identity/claims';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { openStores, temporaryFile } from '../stores/sqlite-files.ts';
import { app, family, provider } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { type SignIn, type Step, stories } from './address-stories.ts';

const google = identityProviderSchema.parse({
  id: 'google',
  kind: 'google',
  label: 'Google',
  clientId: 'kinpass',
  clientSecret: 'secret',
});

const providers = [
  provider('dtc'),
  google,
  provider('shop'),
  provider('corp', { emailTrust: { authoritativeDomains: ['corp.example'] } }),
  provider('apple', { emailTrust: { authoritativeDomains: ['privaterelay.appleid.com'] } }),
  provider('blog', { emailTrust: 'never' }),
];

const day = 86_400_000;

const play = async (stores: Stores, clock: ReturnType<typeof createManualClock>, steps: readonly Step[]) => {
  let reloaded: Readonly<Record<string, object>> = {};
  const signIn = ({ who, claims }: SignIn) => {
    const [id = '', subject = ''] = who.split(':');
    const today = providers.map((one) => ({ ...one, ...reloaded[one.id] }) as IdentityProviderConfig);
    const chosen = today.find((one) => one.id === id);
    if (!chosen) throw new Error(`no provider ${id}`);
    const issuer = 'issuer' in chosen ? chosen.issuer : '';
    const accounts = createAccounts({
      store: stores.accounts,
      identityProviders: today,
      linkSecret: Buffer.alloc(32, 7),
      subjectVersion: 1,
      clock,
      ids: systemIds,
    });
    const listed = family({ identityProviders: providers.map((one) => one.id), ...reloaded['family'] });
    const flow = createSignIn({ accounts, familyOf: () => listed });
    const identity = { provider: id, issuer, subject, ...profileOf(claims, authorityOf(chosen)) };
    return flow({ app: app(), identity });
  };
  const ids: string[] = [];
  for (const step of steps) {
    if ('days' in step) await clock.advance(step.days * day);
    else if ('reload' in step) reloaded = step.reload;
    else ids.push((await signIn(step)).id);
  }
  const distinct = [...new Set(ids)];
  return ids.map((id) => 'ABCDEFGH'[distinct.indexOf(id)]).join(' ');
};

describe.each<[string, () => Promise<Stores>]>([
  ['memory', async () => createMemoryStores()],
  ['SQLite', async () => openStores(await temporaryFile())],
])('the life of an address in %s', (_kind, open) => {
  test.each(stories)('%s: %s', async (_story, expected, steps) => {
    await using stores = await open();
    expect(await play(stores, createManualClock(), steps)).toBe(expected);
  });
});
