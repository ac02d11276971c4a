import type { Clock } from '#src/lib/clock';
import { failureOf, type StoreFailure } from '#src/stores/failure';
import type { Stores } from '#src/stores/ports';
import { wrapCalls } from '#src/stores/wrap-calls';

interface Deps {
  readonly clock: Pick<Clock, 'monotonic'>;
  failed(failure: StoreFailure): void;
}

/** Milliseconds for which a ping fails after a full disk: its own row may fit where others do not. */
const fullFor = 5_000;

/** The same stores; their failures are counted. */
export const watchStores = (stores: Stores, { clock, failed }: Deps): Stores => {
  let full: { readonly error: unknown; readonly until: number } | undefined;

  const note = (error: unknown): void => {
    const failure = failureOf(error);
    if (failure) failed(failure);
    if (failure === 'disk-full') full = { error, until: clock.monotonic() + fullFor };
  };
  const watched = wrapCalls(stores, (call) => {
    const result = call();
    result.catch(note);
    return result;
  });
  return {
    ...watched,
    ping: async () => {
      await watched.ping();
      if (full && clock.monotonic() < full.until) throw full.error;
    },
  };
};
