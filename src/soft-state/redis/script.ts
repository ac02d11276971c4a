import { hash } from 'node:crypto';

/**
 * A script in Lua: one step for the server, and one round trip. `now` is the server's time in milliseconds, so that the
 * clocks of nodes do not matter; what goes in and out are durations. Its keys, and the channels it publishes to, have one
 * hash slot.
 */
export interface Script {
  readonly body: string;
}

/** Lua that sets `now`. */
export const serverTime = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

export interface Compiled {
  readonly lua: string;
  readonly sha: string;
}

/** Numbers as text without loss: replies of scripts are cut to whole numbers otherwise. */
const prelude = `local function text(number) return string.format('%.17g', number) end`;

/** Each script once. `time` is Lua that sets `now`. */
export const createCompiler = (time: string) => {
  const known = new Map<Script, Compiled>();
  return (script: Script): Compiled => {
    const found = known.get(script);
    if (found) return found;
    const lua = `${time}\n${prelude}\n${script.body}`;
    const compiled = { lua, sha: hash('sha1', lua) };
    known.set(script, compiled);
    return compiled;
  };
};

/** A reply of numbers as text. Throws on any other. */
export const numbersIn = (reply: unknown): number[] => {
  const numbers = Array.isArray(reply) ? reply.map(Number) : [Number.NaN];
  if (numbers.every(Number.isFinite)) return numbers;
  throw new Error('the reply does not consist of numbers');
};
