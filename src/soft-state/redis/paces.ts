import type { PaceStore } from '../ports.ts';
import type { Link } from './link.ts';
import type { Names } from './names.ts';
import { numbersIn, type Script } from './script.ts';

/**
 * The rule of `local/paces.ts`. Returns 1 for a request that is accepted. One in the future is of before the clock of the server
 * was set back.
 */
const acceptScript: Script = {
  body: `
local interval, tolerance, penalty = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local max, life = tonumber(ARGV[4]), tonumber(ARGV[5])
local kept = redis.call('HMGET', KEYS[1], 'accepted', 'interval', 'expires')
local accepted, last, expires = tonumber(kept[1] or 0), tonumber(kept[2] or 0), tonumber(kept[3] or 0)
local known = expires > now and accepted <= now
if not known then last = 0 end
local current = math.max(interval, last)
local early = known and now - accepted < current - tolerance
local slower = math.max(interval, math.min(last + penalty, max))
redis.call('HSET', KEYS[1], 'accepted', text(early and accepted or now),
  'interval', text(early and slower or current), 'expires', text(now + life))
redis.call('PEXPIRE', KEYS[1], math.ceil(life))
return { early and 0 or 1 }`,
};

interface Deps {
  readonly link: Link;
  readonly names: Names;
  /** While the server is away. */
  readonly own: PaceStore;
}

export const createPaces = ({ link, names, own }: Deps): PaceStore => ({
  accept: async (request) => {
    const { key, now, pace, expiresAt } = request;
    const { interval, tolerance, penalty, maxInterval } = pace;
    const args = [interval, tolerance, penalty, maxInterval, expiresAt - now];
    try {
      const [accepted] = numbersIn(await link.call('paces', acceptScript, [names.of('pace', key)], args));
      return accepted === 1;
    } catch {
      return own.accept(request);
    }
  },
});
