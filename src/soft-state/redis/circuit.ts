import type { Clock } from '#src/lib/clock';
import type { Channels } from './channels.ts';
import { type Connection, openConnection, type Run } from './connection.ts';
import { createCompiler, type Script } from './script.ts';
import { reasonOf, type Session, type SessionEvents } from './session.ts';

export interface LinkState {
  readonly up: boolean;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Why it is away. */
  readonly reason?: string;
}

export interface CircuitDeps {
  open(events: SessionEvents): Promise<Session>;
  /** Lua that sets the time of scripts. */
  readonly time: string;
  readonly clock: Clock;
  /** Milliseconds that a call may take. */
  readonly timeout: number;
  /** The name of a key in the same place as this one. */
  beside(key: string): string;
  /** What has to happen on a connection before calls go out on it, which they do from `goUp` on. */
  enter(run: Run, isFirst: boolean, goUp: () => void): Promise<void>;
  changed(state: LinkState): void;
}

export interface Circuit {
  /** Undefined while the server is away. */
  readonly connection: Connection | undefined;
  readonly state: LinkState;
  /** The first attempt to connect has ended. */
  readonly tried: Promise<void>;
  close(): void;
}

/** Milliseconds between attempts to connect. */
const retryInterval = 500;

/** Writes where a call failed: of a Cluster, one shard alone may be away, full or read-only. */
const probe: Script = { body: `redis.call('SET', KEYS[1], '1', 'PX', 1000)` };

/** Each within the time of one call. */
const inBatches = (names: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(names.length / 100) }, (_, index) =>
    names.slice(100 * index, 100 * (index + 1)),
  );

/** Holds one connection, and makes another one in the background when that has ended. */
export const createCircuit = (deps: CircuitDeps, channels: Channels): Circuit => {
  const { clock } = deps;
  const compile = createCompiler(deps.time);
  const closed = new AbortController();
  let current: Connection | undefined;
  let state: LinkState | undefined;
  let failedKey: string | undefined;

  const change = (up: boolean, reason?: string): void => {
    if (closed.signal.aborted) return;
    const isNews = up !== state?.up;
    const since = isNews || !state ? clock.now() : state.since;
    state = { up, since, ...(reason !== undefined && { reason }) };
    if (isNews) deps.changed(state);
  };

  /** Errors: what is wrong with the server, or the way to it. */
  const connect = async (): Promise<void> => {
    const ended = (reason: string, key?: string): void => {
      failedKey = key ?? failedKey;
      if (made === undefined || made !== current) return;
      current = undefined;
      change(false, reason);
      retry();
    };
    let made: Connection | undefined;
    made = await openConnection({ ...deps, compile, message: channels.hear, ended });
    try {
      for (const some of inBatches(channels.names())) await Promise.all(some.map(made.listen));
      if (failedKey !== undefined) await made.run(probe, [deps.beside(failedKey)], []);
      await deps.enter(made.run, state === undefined, () => {
        closed.signal.throwIfAborted();
        if (made.ended !== undefined) throw new Error(made.ended);
        current = made;
        failedKey = undefined;
        change(true);
      });
    } catch (error) {
      const reason = made.ended;
      made.end('it is not used');
      throw reason === undefined ? error : new Error(reason);
    }
  };

  const attempt = async (): Promise<boolean> => {
    try {
      await connect();
      return true;
    } catch (error) {
      change(false, reasonOf(error));
      return false;
    }
  };
  const retry = (): void => {
    const run = async (): Promise<void> => {
      do await clock.wait(retryInterval, closed.signal);
      while (!(await attempt()));
    };
    run().catch(() => undefined); // ends by its signal only
  };

  return {
    get connection() {
      return current;
    },
    get state() {
      return state ?? { up: false, since: clock.now(), reason: 'not tried yet' };
    },
    tried: attempt().then((isUp) => {
      if (!isUp) retry();
    }),
    close: () => {
      closed.abort(new Error('the shared state is closed'));
      current?.end('the shared state is closed');
      current = undefined;
    },
  };
};
