import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { networkOf } from '#src/lib/ip-address';
import { compositeKey } from '#src/lib/single-flight';
import type { CounterStore } from '#src/stores/expiring-ports';

interface Deps {
  readonly counters: CounterStore;
  readonly clock: Pick<Clock, 'now'>;
  /** What is limited. */
  readonly name: string;
  readonly count: number;
  /** Milliseconds. */
  readonly window: number;
}

export type AdmitSource = (address: string) => Promise<void>;

/** How often one network may do something that everybody may do. Errors: gateway_source_limited. */
export const createSourceLimit =
  ({ counters, clock, name, count: max, window }: Deps): AdmitSource =>
  async (address) => {
    const key = compositeKey('source', name, networkOf(address));
    const now = clock.now();
    const [counted] = await counters.add([{ key, by: 1, window }], now);
    if (!counted || counted.count <= max) return;
    throw fail('gateway_source_limited', {
      retryAfter: Math.max(1, Math.ceil((counted.until - now) / 1000)),
    });
  };
