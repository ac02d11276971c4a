import type { Config } from '#src/config/schema';
import type { ReadinessDetail } from '#src/http/routes/readiness';
import type { ProviderState } from '#src/observability/provider-health';
import { describeKeys } from '#src/signing-keys/readiness';
import type { SharedState } from '#src/soft-state/redis/open';
import type { ProviderStates } from './report.ts';
import type { Runtime } from './runtime.ts';

/** What readiness reports to operators besides its checks. */
export const createReadinessDetail =
  ({ keys }: Pick<Config, 'keys'>, runtime: Runtime) =>
  async (): Promise<ReadinessDetail> => {
    const { clock, keyRing, reloadState, providerHealth, endings, sweeps, workers, shared } = runtime;
    const { waitingForAdobe, ...described } = describeKeys({ keyRing, clock, warnAfter: keys.warnAfter });
    const readAt = endings.readAt();
    return {
      providers: { ...providersOf([providerHealth.states(), ...((await workers?.providers()) ?? [])]) },
      keys: described,
      settings: { refused: reloadState.refused },
      waiting: { restart: reloadState.waiting, adobe: waitingForAdobe },
      sweep: { lastRun: sweeps.lastRun === undefined ? null : new Date(sweeps.lastRun).toISOString() },
      shared: describeShared(shared?.state()),
      changeFeed: { lagMs: readAt === undefined ? null : clock.monotonic() - readAt },
    };
  };

const describeShared = (state: ReturnType<SharedState['state']> | undefined): ReadinessDetail['shared'] => {
  if (!state) return { state: 'none' };
  const { up, nodes, reason = '' } = state;
  const since = new Date(state.since).toISOString();
  return up ? { state: 'up', since, nodes } : { state: 'away', since, nodes, reason };
};

/** By provider, what each process has seen of it: failing where it fails for one of them. */
const providersOf = (all: readonly ProviderStates[]): ProviderStates =>
  Object.fromEntries(
    Object.entries(Object.groupBy(all.flatMap(Object.entries<ProviderState>), ([id]) => id)).map(
      ([id, seen = []]) => [id, seen.map(([, state]) => state).reduce(both)],
    ),
  );

const both = (one: ProviderState, other: ProviderState): ProviderState => {
  if (one.state === 'untried') return other;
  if (one.state !== 'failing') return other.state === 'failing' ? other : one;
  if (other.state !== 'failing') return one;
  const [first, last] = one.since < other.since ? [one, other] : [other, one];
  return { ...last, since: first.since, failedSignIns: one.failedSignIns + other.failedSignIns };
};
