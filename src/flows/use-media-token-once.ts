import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/single-flight';
import type { MediaTokenOptions } from '#src/media-token/verify-media-token';
import type { CounterStore } from '#src/stores/expiring-ports';

interface Deps {
  readonly counters: CounterStore;
  readonly clock: Pick<Clock, 'now'>;
}

/** Milliseconds that a use is remembered after the token has expired, for nodes whose clocks differ. */
const grace = 10 * 60_000;

/** Marks a media token as used, for all nodes: the first one to count it has it. */
export const createUseOnce =
  ({ counters, clock }: Deps): NonNullable<MediaTokenOptions['useOnce']> =>
  async (id, until) => {
    const now = clock.now();
    const window = Math.max(0, until - now) + grace;
    const [counted] = await counters.add([{ key: compositeKey('media-token', id), by: 1, window }], now);
    return counted?.count === 1;
  };
