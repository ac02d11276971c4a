/** Processes on one store that answers late, as `gateway.ts` composes what identifies callers. */
import { createAccessTokens } from '#src/families/access-tokens';
import { createClientTokens } from '#src/families/client-tokens';
import { createInstances } from '#src/families/instances';
import { createJudgeSignIn } from '#src/flows/check-sign-in';
import { createIdentifyCaller } from '#src/flows/identify-caller';
import { createKnownCallers } from '#src/flows/known-callers';
import { notifyChanges } from '#src/gateway/notify-changes';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createChangeFeed } from '#src/stores/change-feed';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import type { Random } from '../security/walls/random.ts';
import { app, family } from '../support/builders.ts';
import type { ManualClock } from '../support/manual-clock.ts';

export const signInLifetime = 20_000;

interface Deps {
  readonly clock: ManualClock;
  readonly random: Random;
}

/** A store each of whose methods waits before it does anything, and before it answers. */
const late = <T extends object>(store: T, { clock, random }: Deps, isAway = () => false): T =>
  new Proxy(store, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      const pause = async () => {
        for (let turn = random.below(4); turn > 0; turn -= 1) await undefined;
        if (random.below(8) === 0) await clock.wait(random.below(400));
      };
      return async (...values: unknown[]): Promise<unknown> => {
        await pause();
        if (isAway()) throw fail('gateway_unavailable');
        const answer: unknown = await Reflect.apply(member, target, values);
        await pause();
        return answer;
      };
    },
  });

const openProcess = (shared: Stores, deps: Deps) => {
  const { clock, random } = deps;
  const uses = { hit: 0, miss: 0 };
  let away = false;
  const slow: Stores = {
    ...shared,
    callers: late(shared.callers, deps),
    signIns: late(shared.signIns, deps),
    instances: late(shared.instances, deps),
    credentials: late(shared.credentials, deps),
    revocations: late(shared.revocations, deps),
    artifacts: late(shared.artifacts, deps),
    exchanges: late(shared.exchanges, deps),
    changes: late(shared.changes, deps, () => away),
  };
  const feed = createChangeFeed({
    changes: slow.changes,
    listener: {
      changed: (key) => known.changed(key),
      missed: () => known.missed(),
      upToDate: () => undefined,
    },
    reached: () => undefined,
    clock,
    log: { warn: () => undefined },
  });
  const known = createKnownCallers({
    max: 6,
    clock,
    isUpToDate: feed.isUpToDate,
    lookedUp: (result) => uses[result]++,
  });
  const stores = notifyChanges(slow, {
    invalidate: (keys) => keys.forEach(known.changed),
    send: async () => undefined,
  });
  const instances = createInstances({
    store: stores.instances,
    signIns: stores.signIns,
    clock,
    ids: systemIds,
  });
  const { records, callers, exchanges } = stores;
  const ref = family();
  const identify = createIdentifyCaller({
    accessTokens: createAccessTokens({ callers, exchanges, clock }),
    clientTokens: createClientTokens({ records, callers, lifetime: 60_000, clock, ids: systemIds }),
    instances,
    judgeSignIn: createJudgeSignIn({
      clock,
      lifetime: signInLifetime,
      findApp: () => app(),
      familyOf: () => ref,
      endSignIn: instances.endSignIn,
    }),
    knownCallers: known,
    signedIn: new Map(),
    findApp: () => app(),
    familyOf: () => ref,
  });
  return {
    stores,
    identify,
    uses,
    /** The changes cannot be read now and then. */
    toggleAway: () => {
      away = random.below(3) === 0;
    },
    close: feed.close,
  };
};

export type Process = ReturnType<typeof openProcess>;

export const openProcesses = (deps: Deps) => {
  const shared = createMemoryStores();
  return { shared, processes: [openProcess(shared, deps), openProcess(shared, deps)] as const };
};
