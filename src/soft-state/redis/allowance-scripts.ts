import type { Allowance, Limits } from '../allowance.ts';
import type { OwnPart } from './own-part.ts';
import type { Script } from './script.ts';

/** How the server counts in one reading of the burst: the policy of that name, in durations. */
export interface Counting {
  /** Arguments: those of `limits`, and how long the call may wait. Returns how long it must, and an allowance. */
  readonly reserve: Script;
  /** Arguments: those of `limits`, and the pause. Returns an allowance. */
  readonly silence: Script;
  /**
   * Arguments: those of `limits`, an allowance that a node knew before an outage, which the server may have lost, and what the
   * node has spent on its own since. Returns an allowance.
   */
  readonly settle: Script;
  limits(limits: Limits): readonly number[];
  /** An allowance as scripts take and return it, and back, by the clock of the node. */
  durations(allowance: Allowance, now: number): readonly number[];
  allowance(durations: readonly number[], now: number): Allowance;
  spent(part: OwnPart, now: number, nodes: number): number;
}

/**
 * A value begins with when the whole is available again, when the silence is over, and when it was written. It is kept until the
 * first, and ten seconds more: another server may take over, with a clock that is ahead. What is not kept is whole. Where the
 * clock of the server has been set back, no time has passed.
 */
export const load = `
local kept = redis.call('GET', KEYS[1]) or '0 0 0'
local full, quiet, at = string.match(kept, '^(%S+) (%S+) (%S+)')
local setBack = math.max(0, tonumber(at) - now)
full, quiet = tonumber(full) - setBack, tonumber(quiet) - setBack
local function keep(more)
  local value = text(full) .. ' ' .. text(quiet) .. ' ' .. text(now) .. (more or '')
  redis.call('SET', KEYS[1], value, 'PX', math.ceil(math.max(0, full - now)) + 10000)
end`;

/** Duration until the silence is over. */
export const quietScript: Script = { body: `${load}\nreturn { text(quiet - now) }` };
