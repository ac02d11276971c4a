/** What gateways store about a viewer, and how it looks from outside: the same whichever store it is in. */
import type { Stores } from '#src/stores/ports';
import { auditRecord } from '../../support/builders.ts';
import { identityOf, signIn, tv } from '../conformance/rows.ts';

export const day = 86_400_000;

const later = (now: number) => ({ expiresAt: now + day });

/** Signs a viewer in on a TV that was used before, and refreshes once. `name` is in every id. */
export const addViewer = async (stores: Stores, name: string, now: number): Promise<void> => {
  const identity = {
    ...identityOf(name),
    email: `${name}@example.com`,
    linkKey: name,
    linkAuthority: 'dtc',
    provenAt: now,
  };
  await stores.accounts.resolve({
    identity,
    fresh: { id: name, family: 'ref', createdAt: now, subjectVersion: 1, endedAt: null },
    link: { authorities: [], provenSince: now },
  });
  await stores.accounts.keepClaim(name, 'sub', `claim of ${name}`);
  await stores.instances.add({
    ...tv,
    id: `tv of ${name}`,
    origin: 'registered',
    secretHash: name,
    statementHash: name,
    redirectUri: `app://${name}`,
    device: name,
    seenAt: now,
  });
  await stores.records.put('client-token', name, { value: { instance: `tv of ${name}` }, ...later(now) });
  await stores.credentials.add({
    id: `pair of ${name}`,
    secret: name,
    instance: `tv of ${name}`,
    holder: '',
    createdAt: now,
  });
  const grantId = `grant of ${name}`;
  await stores.signIns.open(
    {
      signIn: {
        ...signIn,
        grant: grantId,
        instance: `tv of ${name}`,
        viewer: name,
        provenAt: now,
        createdAt: now,
        idleAt: now + day,
      },
      adopts: true,
      changes: [
        { put: { model: 'Grant', id: grantId, payload: { jti: grantId }, ...later(now) } },
        {
          put: {
            model: 'Session',
            id: `session of ${name}`,
            uid: name,
            payload: { accountId: name },
            ...later(now),
          },
        },
        {
          put: {
            model: 'RefreshToken',
            id: `first of ${name}`,
            grantId,
            payload: { grantId },
            ...later(now),
          },
        },
      ],
    },
    now,
  );
  await refresh(stores, name, ['first', 'second'], now);
  await stores.counters.add([{ key: name, by: 3, window: day }], now);
};

/** Redeems one refresh token for another one. */
export const refresh = (
  stores: Stores,
  name: string,
  [used, next]: readonly [string, string],
  now: number,
) => {
  const grantId = `grant of ${name}`;
  const issued = (model: string, id: string) => ({
    model,
    id: `${id} of ${name}`,
    grantId,
    payload: { grantId },
    ...later(now),
  });
  return stores.exchanges.commit(
    {
      redeemed: { model: 'RefreshToken', id: `${used} of ${name}` },
      grant: grantId,
      client: 'tv',
      issued: [issued('RefreshToken', next), issued('AccessToken', `access with ${next}`)],
      answer: { next },
      answerUntil: now + day,
      rememberedUntil: now + day,
    },
    now,
  );
};

/** Everything that can be found by the ids of a viewer. */
export const seenOf = async (stores: Stores, name: string, now: number) => {
  const { accounts, callers, exchanges, artifacts, credentials, instances, signIns } = stores;
  return {
    account: await accounts.findByIdentity(identityOf(name)),
    identities: await accounts.identitiesOf(name),
    claim: await accounts.claim(name, 'sub'),
    instance: await instances.find(`tv of ${name}`),
    signIn: await signIns.find(`grant of ${name}`),
    pair: await credentials.byId(`pair of ${name}`),
    grant: await artifacts.find('Grant', `grant of ${name}`, now),
    session: await artifacts.findByUid('Session', name, now),
    spent: await artifacts.find('RefreshToken', `first of ${name}`, now),
    token: await artifacts.find('RefreshToken', `second of ${name}`, now),
    redeemed: await exchanges.findRedeemed('RefreshToken', `first of ${name}`, now),
    byAccessToken: await callers.byAccessToken(`access with second of ${name}`, now),
    byClientToken: await callers.byClientToken(name, now),
    counted: await stores.counters.add([{ key: name, by: 0, window: day }], now),
    revoked: await stores.revocations.anyOf([{ kind: 'account', id: name }]),
  };
};

/** What has an order. */
export const listsOf = async (
  { signIns, artifacts, revocations, audit, subjects, accounts, keyFiles }: Stores,
  now: number,
) => ({
  signIns: (await signIns.list({ limit: 1_000 })).map(({ grant }) => grant),
  sessions: (await artifacts.list('Session', { limit: 1_000, now })).map(({ payload }) => payload),
  revocations: (await revocations.list({ limit: 1_000 })).revocations,
  audit: await audit.list({ after: 0, limit: 1_000 }),
  subjects: await subjects.read(),
  accounts: await accounts.list({ limit: 1_000 }),
  importedSubject: await accounts.importedSubject('imported'),
  keyFiles: await keyFiles.list(),
});

/** What belongs to no viewer. */
export const addOperations = async (stores: Stores, now: number): Promise<void> => {
  await stores.subjects.append(0, [
    { at: now, by: 'olga', event: { event: 'introduced' } },
    { at: now, by: 'olga', event: { event: 'named', name: 'ref' } },
  ]);
  await stores.revocations.add({ kind: 'jti', id: 'a token', reason: 'lost', at: now }, auditRecord());
  await stores.audit.append(auditRecord({ details: { n: 1 } }));
  await stores.keyFiles.change([{ name: 'link.secret', before: null, after: 'sealed' }], now);
  await addImported(stores, now);
};

/** A viewer who was imported, with credentials that wait for them on their TV. */
const addImported = async (stores: Stores, now: number): Promise<void> => {
  const viewer = { account: 'imported', family: 'ref' };
  await stores.imports.add({
    accounts: [{ id: 'imported', family: 'ref', createdAt: now, subjectVersion: 0, endedAt: null }],
    identities: [
      { ...viewer, issuer: 'https://dtc.example', subject: 'imported', provider: 'dtc', createdAt: now },
    ],
    subjects: [{ ...viewer, subject: 'legacy' }],
    instances: [{ ...tv, id: 'old tv', device: 'old tv', firstViewer: 'imported' }],
    pairs: [{ id: 'old pair', secret: 's', instance: 'old tv', holder: 'imported', createdAt: now }],
  });
};

/** Whether those credentials still go before what their TV used anonymously. */
export const areAwaited = async (stores: Stores, now: number): Promise<boolean> => {
  const instance = 'their new app';
  await stores.instances.add({ ...tv, id: instance, device: 'old tv' });
  await stores.credentials.add({ id: 'anonymous', secret: 's', instance, holder: '', createdAt: now });
  await stores.credentials.adopt(instance, 'imported', now);
  return (await stores.credentials.find({ instance, holder: 'imported' })) === undefined;
};
