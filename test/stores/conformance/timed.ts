import type { ArtifactStore, RecordStore } from '#src/stores/expiring-ports';
import type { ManualClock } from '../../support/manual-clock.ts';
import type { Start } from '../conformance.ts';

type Timed<Method> = Method extends (...args: [...infer Args, number]) => infer Result
  ? (...args: Args) => Result
  : Method;
type TimedStore<Store, Names extends keyof Store> = Omit<Store, Names> & {
  [Name in Names]: Timed<Store[Name]>;
};

const artifactsAt = (
  store: ArtifactStore,
  clock: ManualClock,
): TimedStore<ArtifactStore, Exclude<keyof ArtifactStore, 'list'>> => ({
  ...store,
  upsert: (artifact) => store.upsert(artifact, clock.now()),
  change: (steps) => store.change(steps, clock.now()),
  find: (model, id) => store.find(model, id, clock.now()),
  findForPage: (ids) => store.findForPage(ids, clock.now()),
  findByUid: (model, uid) => store.findByUid(model, uid, clock.now()),
  findByUserCode: (model, code) => store.findByUserCode(model, code, clock.now()),
  consume: (model, id) => store.consume(model, id, clock.now()),
  destroy: (model, id) => store.destroy(model, id, clock.now()),
  revokeByGrantId: (grant) => store.revokeByGrantId(grant, clock.now()),
});

const recordsAt = (store: RecordStore, clock: ManualClock): TimedStore<RecordStore, 'get' | 'take'> => ({
  ...store,
  get: (kind, key) => store.get(kind, key, clock.now()),
  take: (kind, key) => store.take(kind, key, clock.now()),
});

/** The stores of what expires, called with the time of the test's clock. */
export const startTimed = async (start: Start) => {
  const { stores, rival, clock } = await start();
  const timed = ({ artifacts, records }: Pick<typeof stores, 'artifacts' | 'records'>) => ({
    artifacts: artifactsAt(artifacts, clock),
    records: recordsAt(records, clock),
  });
  return { stores: timed(stores), rival: timed(rival), clock };
};
