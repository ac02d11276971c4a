import type { ConnectedStores } from './stores.ts';

export type StoreName = keyof ConnectedStores;

type Methods = {
  readonly [S in StoreName]: { readonly [M in keyof ConnectedStores[S]]: 'reads' | 'writes' };
};

/** Which methods write: they run in the writer's thread, the others where they are called. */
export const methods: Methods = {
  accounts: {
    resolve: 'writes',
    find: 'reads',
    standing: 'reads',
    findByIdentity: 'reads',
    identitiesOf: 'reads',
    list: 'reads',
    subjectUsage: 'reads',
    keepClaim: 'writes',
    claim: 'reads',
    importedSubject: 'reads',
  },
  subjects: { read: 'reads', append: 'writes' },
  instances: { add: 'writes', find: 'reads', bindDevice: 'writes', seen: 'writes' },
  signIns: { record: 'writes', open: 'writes', find: 'reads', end: 'writes', list: 'reads' },
  revocations: { add: 'writes', lift: 'writes', anyOf: 'reads', list: 'reads' },
  audit: { append: 'writes', list: 'reads' },
  credentials: {
    find: 'reads',
    byId: 'reads',
    add: 'writes',
    replace: 'writes',
    adopt: 'writes',
    bring: 'writes',
  },
  records: {
    put: 'writes',
    putAll: 'writes',
    get: 'reads',
    take: 'writes',
    delete: 'writes',
    putFenced: 'writes',
  },
  artifacts: {
    upsert: 'writes',
    change: 'writes',
    find: 'reads',
    findForPage: 'reads',
    findByUid: 'reads',
    findByUserCode: 'reads',
    consume: 'writes',
    destroy: 'writes',
    revokeByGrantId: 'writes',
    list: 'reads',
  },
  exchanges: { commit: 'writes', findRedeemed: 'reads', used: 'writes' },
  leases: { acquire: 'writes', renew: 'writes', release: 'writes' },
  counters: { add: 'writes' },
  changes: { record: 'writes', latest: 'reads', since: 'reads' },
  profiles: { put: 'writes', get: 'reads', remove: 'writes', drop: 'writes', dropMeant: 'writes' },
  keyFiles: { list: 'reads', change: 'writes' },
  imports: { find: 'reads', add: 'writes' },
  callers: { byAccessToken: 'reads', byIssue: 'reads', byClientToken: 'reads' },
  upkeep: { sweep: 'writes', ping: 'writes' },
};
