import { createSubjectOf } from '#src/families/subject';
import { fingerprint } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { app, family, identity, instance, provider } from '../../support/builders.ts';
import { importInto } from '../../support/import-lines.ts';

const secret = new Uint8Array(32).fill(1);
const secrets = new Map([[1, secret]]);

export const config = {
  apps: [app(), app({ id: 'web', serviceProviders: ['REF40'] }), app({ id: 'shared', family: 'shared' })],
  families: [
    family(),
    family({ id: 'byClaim', subject: { strategy: 'claim', claim: 'sub', as: 'plain' } }),
    family({ id: 'shared', profilesPer: 'device' }),
  ],
  identityProviders: [provider('dtc'), provider('google'), provider('other')],
};

export const at = (name: string, subject: string) => ({ issuer: `https://${name}.example`, subject });
export const tvOf = (name: string) => `fingerprint ${Buffer.from(name).toString('base64')}`;

export const account = (subject: string | undefined, ...identities: ReturnType<typeof at>[]) => ({
  type: 'account',
  family: 'ref',
  identities,
  subject,
});
export const ana = account('legacy-ana', at('dtc', 'ana'));
export const ben = account('legacy-ben', at('dtc', 'ben'), at('google', '117'));

export const credentials = (clientId: string, changes: Record<string, unknown> = {}) => ({
  type: 'credentials',
  app: 'tv',
  device: tvOf('tv 1'),
  clientId,
  clientSecret: `the secret of ${clientId}`.replaceAll(' ', '-'),
  ...changes,
});
export const ofAna = credentials('c1', { viewer: at('dtc', 'ana') });
export const ofNobody = credentials('c2');

/** Chloe has signed in already, with the subject that Kinpass made of her account. */
export const start = async () => {
  const stores = createMemoryStores();
  const { issuer, subject, provider: id } = identity('chloe');
  await stores.accounts.resolve({
    identity: {
      family: 'ref',
      issuer,
      subject,
      provider: id,
      email: null,
      linkKey: null,
      linkAuthority: null,
      createdAt: 1,
      provenAt: 1,
    },
    fresh: { id: 'chloe', family: 'ref', createdAt: 1, subjectVersion: 1, endedAt: null },
    link: { authorities: [], provenSince: 0 },
  });
  await stores.instances.add(instance({ id: 'tv of chloe', device: fingerprint(tvOf('tv 1')) }));
  await stores.credentials.add({
    id: 'own',
    secret: 'own secret',
    instance: 'tv of chloe',
    holder: 'chloe',
    createdAt: 1,
  });
  const given = { config, stores, secrets };
  return { ...given, lines: (...lines: unknown[]) => importInto(given, lines), given };
};

export const madeOfChloe = createSubjectOf(secret)('ref', 'chloe');

/** Everything that an import can change. */
export const stateOf = async ({ imports, accounts, instances, credentials: pairs }: Stores) => ({
  accounts: (await accounts.list({ limit: 100 })).map(({ identities }) =>
    identities.map(({ issuer, subject }) => `${issuer} ${subject}`),
  ),
  found: await imports.find({
    identities: [],
    subjects: [],
    instances: ['c1', 'c2', 'own'],
    pairs: ['c1', 'c2', 'own'],
    places: [],
  }),
  c1: [await instances.find('c1'), await pairs.byId('c1')],
});
