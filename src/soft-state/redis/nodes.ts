import type { Clock } from '#src/lib/clock';
import type { Run } from './connection.ts';
import type { Names } from './names.ts';
import { numbersIn, type Script } from './script.ts';

/** Milliseconds. */
export const beatInterval = 1_000;
/** Milliseconds without a heartbeat after which a node counts as gone. */
const silence = 5_000;
/** Milliseconds that the highest number counts. */
const remembered = 60_000;
/** Milliseconds: longer than nodes wait between attempts to connect. */
const returnTime = 1_000;

/** A node is alive, and hears what is sent to it. Returns how many are alive, and how many receive what it is sent. */
const beatScript: Script = {
  body: `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + ARGV[2], '+inf')
if ARGV[3] == '1' then redis.call('ZADD', KEYS[1], now, ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], 10 * ARGV[2])
return { redis.call('ZCARD', KEYS[1]), redis.call('SPUBLISH', KEYS[2], 'beat') }`,
};

const leaveScript: Script = { body: `redis.call('ZREM', KEYS[1], ARGV[1])` };

/** Nodes that return after an outage use the shared state from the same time on. Returns how long to wait for that. */
const returnScript: Script = {
  body: `
local at = tonumber(redis.call('GET', KEYS[1]) or 0)
if at - now > 1000 then at = 0 end
if at <= now and ARGV[1] ~= '0' then
  at = now + ARGV[1]
  redis.call('SET', KEYS[1], text(at), 'PX', 2 * ARGV[1])
end
return { text(math.max(0, at - now)) }`,
};

interface Deps {
  readonly names: Names;
  readonly id: string;
  /** Whether this process spends allowances. */
  readonly counts: boolean;
  /** Until it is known. */
  readonly assumed: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Which processes share the state. */
export const createNodes = ({ names, id, counts, assumed, clock }: Deps) => {
  const own = names.node(id);
  let highest: { readonly alive: number; readonly at: number } | undefined;
  let lastBeat = 0;

  return {
    /** How many there are; while the server is away, how many there were at most in its last minute. At least one. */
    count: (): number => Math.max(1, highest?.alive ?? assumed),
    /** False if this node would not hear what it is sent. */
    beat: async (run: Run): Promise<boolean> => {
      const [alive = 0, heard] = numbersIn(
        await run(beatScript, [names.nodes, own], [id, silence, counts ? '1' : '0']),
      );
      const now = clock.monotonic();
      // After an outage the others return too: they count until they have had time for it.
      if (highest && now - lastBeat > silence) highest = { alive: highest.alive, at: now };
      if (!highest || alive >= highest.alive || now - highest.at > remembered) highest = { alive, at: now };
      lastBeat = now;
      return heard !== 0;
    },
    /** Milliseconds until this node may use the shared state. After an outage the others have to be back too. */
    untilReturn: async (run: Run, wasAway: boolean): Promise<number> => {
      const [wait = 0] = numbersIn(await run(returnScript, [names.returning], [wasAway ? returnTime : 0]));
      return wait;
    },
    leave: (run: Run): Promise<unknown> => run(leaveScript, [names.nodes], [id]),
  };
};

export type Nodes = ReturnType<typeof createNodes>;
