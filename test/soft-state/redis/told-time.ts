import { Redis } from 'ioredis';
import type { Clock } from '#src/lib/clock';
import type { SoftState } from '#src/soft-state/ports';

/** A server whose clock is set by a test: with each call, to the time of the caller. */
export const tellTime = (url: string, key: string) => {
  const redis = new Redis(url);
  const at = async <T>(now: number, act: () => T): Promise<Awaited<T>> => {
    await redis.set(key, now, 'PX', 60_000);
    return await act();
  };
  return {
    /** Lua that reads it. */
    time: `local now = tonumber(redis.call('GET', '${key}') or 0)`,
    through: (stores: SoftState, clock: Pick<Clock, 'monotonic'>): SoftState => ({
      ...stores,
      paces: { accept: (request) => at(request.now, () => stores.paces.accept(request)) },
      allowances: {
        reserve: (call) => at(call.now, () => stores.allowances.reserve(call)),
        silence: (silence) => at(silence.now, () => stores.allowances.silence(silence)),
        quietUntil: (key) => at(clock.monotonic(), () => stores.allowances.quietUntil(key)),
      },
      probes: {
        remember: (probe) => at(clock.monotonic(), () => stores.probes.remember(probe)),
        find: (id, now) => at(now, () => stores.probes.find(id, now)),
      },
      polls: {
        ...stores.polls,
        take: (request) => at(request.now, () => stores.polls.take(request)),
        renew: (request) => at(request.now, () => stores.polls.renew(request)),
      },
    }),
    close: () => redis.disconnect(),
  };
};
