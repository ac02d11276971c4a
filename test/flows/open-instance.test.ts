import { expect, test } from 'vitest';
import { createInstances } from '#src/families/instances';
import { createOpenInstance } from '#src/flows/open-instance';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { app, family } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const start = (found: { readonly id: string } | undefined) => {
  const stores = createMemoryStores();
  const clock = createManualClock();
  const asked: object[] = [];
  const openInstance = createOpenInstance({
    instances: createInstances({ store: stores.instances, signIns: stores.signIns, clock, ids: systemIds }),
    findViewer: async (query) => {
      asked.push(query);
      return found && { ...found, family: 'ref', endedAt: null };
    },
    familyOf: () => family({ id: 'ref' }),
  });
  const proven = { viewer: 'ana', grant: 'grant', provider: 'dtc', provenAt: 123 };
  const open = (changes: Parameters<typeof openInstance>[0]['changes'] = []) =>
    openInstance({ app: app(), clientId: app().id, ...proven, changes });
  return { stores, asked, open };
};

test('a sign-in is opened for an account of the family whose sessions have not ended', async () => {
  const { stores, asked, open } = start({ id: 'ana' });
  expect(await open()).toBe(true);
  expect(asked).toEqual([{ id: 'ana', family: 'ref', since: 123 }]);
  expect(await stores.signIns.find('grant')).toMatchObject({ viewer: 'ana', family: 'ref' });
});

test('for any other account nothing is recorded', async () => {
  const { stores, open } = start(undefined);
  await expect(open()).rejects.toMatchObject({ code: 'sign_in_expired' });
  expect(await stores.signIns.find('grant')).toBeUndefined();
});

test('where another request was faster, nothing is recorded', async () => {
  const { stores, open } = start({ id: 'ana' });
  expect(await open([{ spend: { model: 'Interaction', id: 'decided' } }])).toBe(false);
  expect(await stores.signIns.find('grant')).toBeUndefined();
});
