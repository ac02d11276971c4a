import { memory, windowOf } from '../one-time.ts';
import { type Counting, load } from './allowance-scripts.ts';

const loadWindow = `${load}
local window, used, extras = string.match(kept, '^%S+ %S+ %S+ (%S+) (%S+) (%S+)$')
window, used, extras = tonumber(window or 0) - setBack, tonumber(used or 0), tonumber(extras or 0)
local length, calls, burst, memory = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local function keepWindow()
  keep(' ' .. text(window) .. ' ' .. text(used) .. ' ' .. text(extras))
end`;

const left = 'text(full - now), text(quiet - now), text(window - now), text(used), text(extras)';

/** The policy of `one-time.ts`. */
export const oneTimeCounting: Counting = {
  reserve: {
    body: `${loadWindow}
local patience = tonumber(ARGV[5])
if full <= now then window, used, extras = now, 0, 0 end
local since = window + math.max(0, math.floor((now - window) / length)) * length
if since > window then window, used = since, 0 end
local before = { window, used, extras }
if used < calls then
  used = used + 1
elseif window <= now and extras + 1 <= burst then
  extras = extras + 1
else
  window, used = window + length, 1
end
local at = math.max(now, window)
if at - now <= patience then
  full = at + memory
  keepWindow()
else
  window, used, extras = before[1], before[2], before[3]
end
return { text(at - now), ${left} }`,
  },
  silence: {
    body: `${loadWindow}
local silenced = now + tonumber(ARGV[5])
if silenced > window then window, used = silenced, 0 end
quiet = math.max(quiet, silenced)
full = math.max(full, silenced + memory)
extras = math.max(burst, extras)
keepWindow()
return { ${left} }`,
  },
  settle: {
    body: `${loadWindow}
local known, silent, begun = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local theirs, gone, spent = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
if full <= now then extras = 0 end
if full <= now or now + begun > window then window, used = now + begun, theirs end
quiet = math.max(quiet, now + silent)
extras = math.max(extras, gone) + spent
full = math.max(full, now + known, spent > 0 and now + memory or 0)
keepWindow()
return { ${left} }`,
  },
  limits: (limits) => {
    const { length, calls } = windowOf(limits);
    return [length, calls, limits.burst, memory];
  },
  durations: ({ replenishedAt, quietUntil, oneTime }, now) => {
    const { window, used, extras } = oneTime ?? { window: now, used: 0, extras: 0 };
    return [replenishedAt - now, quietUntil - now, window - now, used, extras];
  },
  allowance: ([full = 0, quiet = 0, window = 0, used = 0, extras = 0], now) => ({
    replenishedAt: now + full,
    quietUntil: now + quiet,
    oneTime: { window: now + window, used, extras },
  }),
  spent: ({ spent: { extras } }) => extras,
};
