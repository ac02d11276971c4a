import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { inspectRedis } from '#src/soft-state/redis/inspect';
import type { Check } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';

interface Deps {
  readonly shared: Config['shared'];
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Whether the server that nodes share their state in does what they need, soon enough. */
export const createSharedCheck = ({ shared, clock }: Deps): Check => ({
  id: 'shared',
  question: 'Does the server of the shared state do what nodes need?',
  run: async () => {
    if (shared.kind === 'none') return skipped('Each gateway has a state of its own.');
    const found = await inspectRedis(shared, clock);
    if (!found.reached) return failed(`The shared state is away (${found.reason}).`, cureFor(found.reason));
    const { version, roundTripMs } = found;
    if (!version)
      return failed('The server is older than Redis 7.', 'Use Valkey 8 or Redis 7, or a later version.');
    const facts = { version, roundTripMs };
    if (roundTripMs > shared.timeout / 4) {
      const cure = 'Run the server near the gateway: each call to Adobe waits for one round trip.';
      return warning(`A round trip takes ${roundTripMs} ms, of the ${shared.timeout} allowed.`, cure, facts);
    }
    return ok('The server of the shared state does what nodes need.', facts);
  },
});

const cures: Readonly<Record<string, string>> = {
  WRONGPASS: 'Correct shared.username and shared.password.',
  NOAUTH: 'Set shared.password, and shared.username where the server has users.',
  NOPERM:
    'Give the user the permissions that docs/shared-state.md lists, for keys and channels of shared.prefix.',
  READONLY:
    'It is a replica: name the primary server, or reach it through shared.sentinel or shared.cluster.',
  OOM: 'Give the server more memory, or let it evict keys.',
  MISCONF: 'The server cannot save its data and takes no writes: turn saving off, it is not needed.',
  ECONNREFUSED: 'Start the server, or correct its address.',
  ENOTFOUND: 'Correct the name of the server.',
};

const cureFor = (reason: string): string =>
  cures[reason] ??
  (/CERT|SIGNED|VERIFY|ALTNAME/.test(reason)
    ? 'Name the authority of the server certificate in shared.ca, and use the name that the certificate is for.'
    : 'See that the server runs, and that this machine reaches it.');
