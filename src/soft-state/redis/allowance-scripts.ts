import type { Limits } from '../allowance.ts';
import type { Script } from './script.ts';

/** The policy of `allowance.ts`, in durations: `interval` between calls, `spare` for a whole burst but one call. */
export const durationsOf = ({ perSecond, burst }: Limits) => ({
  interval: 1000 / perSecond,
  spare: ((burst - 1) * 1000) / perSecond,
});

/**
 * Kept until the whole burst is available again, and ten seconds more: another server may take over, with a clock that is
 * ahead. What is not kept is whole. Where the clock of the server has been set back, no time has passed.
 */
const load = `
local kept = redis.call('GET', KEYS[1]) or '0 0 0'
local full, quiet, at = string.match(kept, '^(%S+) (%S+) (%S+)$')
local setBack = math.max(0, tonumber(at) - now)
full, quiet = tonumber(full) - setBack, tonumber(quiet) - setBack
local function keep()
  local value = text(full) .. ' ' .. text(quiet) .. ' ' .. text(now)
  redis.call('SET', KEYS[1], value, 'PX', math.ceil(math.max(0, full - now)) + 10000)
end`;

/** Durations until the call may go out, the burst is whole again, and the silence is over. */
export const reserveScript: Script = {
  body: `${load}
local interval, spare, patience = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local at = math.max(now, full - spare)
if at - now <= patience then
  full = math.max(full, at) + interval
  keep()
end
return { text(at - now), text(full - now), text(quiet - now) }`,
};

/** Durations until the burst is whole again, and the silence is over. */
export const silenceScript: Script = {
  body: `${load}
local pause, spare = tonumber(ARGV[1]), tonumber(ARGV[2])
quiet = math.max(quiet, now + pause)
full = math.max(full, now + pause + spare)
keep()
return { text(full - now), text(quiet - now) }`,
};

/** Duration until the silence is over. */
export const quietScript: Script = { body: `${load}\nreturn { text(quiet - now) }` };

/**
 * After an outage: what a node knew before, which the server may have lost, and what it has spent on its own since. Returns
 * durations as `silenceScript`.
 */
export const settleScript: Script = {
  body: `${load}
local known, silent, spent = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
full = math.max(full, now + known)
quiet = math.max(quiet, now + silent)
if spent > 0 then full = math.max(full, now) + spent end
keep()
return { text(full - now), text(quiet - now) }`,
};
