import { type Counting, load } from './allowance-scripts.ts';

const left = 'text(full - now), text(quiet - now)';

/** The policy of `regenerating.ts`: `interval` between calls, `spare` for a whole burst. */
export const regeneratingCounting: Counting = {
  reserve: {
    body: `${load}
local interval, spare, patience = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local at = math.max(now, full - spare)
if at - now <= patience then
  full = math.max(full, at) + interval
  keep()
end
return { text(at - now), ${left} }`,
  },
  silence: {
    body: `${load}
local spare, pause = tonumber(ARGV[2]), tonumber(ARGV[3])
quiet = math.max(quiet, now + pause)
full = math.max(full, now + pause + spare)
keep()
return { ${left} }`,
  },
  settle: {
    body: `${load}
local known, silent, spent = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
full = math.max(full, now + known)
quiet = math.max(quiet, now + silent)
if spent > 0 then full = math.max(full, now) + spent end
keep()
return { ${left} }`,
  },
  limits: ({ perSecond, burst }) => [1000 / perSecond, (burst * 1000) / perSecond],
  durations: ({ replenishedAt, quietUntil }, now) => [replenishedAt - now, quietUntil - now],
  allowance: ([full = 0, quiet = 0], now) => ({ replenishedAt: now + full, quietUntil: now + quiet }),
  spent: ({ spent }, now, nodes) => Math.max(0, spent.replenishedAt - now) / nodes,
};
