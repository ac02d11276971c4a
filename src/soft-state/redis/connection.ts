import type { createCompiler, Script } from './script.ts';
import { type Arguments, reasonOf, type Session, type SessionEvents } from './session.ts';

export type Run = (script: Script, keys: readonly string[], args: Arguments) => Promise<unknown>;

/** A session whose calls are bounded in time: the first one that fails, or is not answered in time, ends it for all. */
export interface Connection extends Pick<Session, 'listen' | 'stopListening'> {
  readonly run: Run;
  /** Why it has ended; undefined while it is open. */
  readonly ended: string | undefined;
  end(reason: string): void;
}

interface Deps {
  open(events: SessionEvents): Promise<Session>;
  readonly compile: ReturnType<typeof createCompiler>;
  /** Milliseconds that a call may take. */
  readonly timeout: number;
  readonly message: SessionEvents['message'];
  /** Once. The key is that of the call that failed, if one did. */
  ended(reason: string, key?: string): void;
}

/** Rejects when there is no connection. */
export const openConnection = async (deps: Deps): Promise<Connection> => {
  const { compile, timeout, message } = deps;
  const pending = new Set<(error: Error) => void>();
  let reason: string | undefined;

  const end = (why: string, key?: string): void => {
    if (reason !== undefined) return;
    reason = why;
    session?.close();
    for (const reject of [...pending]) reject(new Error(why));
    deps.ended(why, key);
  };
  let session: Session | undefined;
  session = await deps.open({ message, ended: end });
  const { run, listen, stopListening } = session;

  /** The reply; rejects when the connection ends, which silence does. `failed` decides what an error means. */
  const bounded = <T>(work: () => Promise<T>, failed: (error: unknown) => void, key?: string): Promise<T> =>
    new Promise((resolve, reject) => {
      if (reason !== undefined) return reject(new Error(reason));
      const settle = (): boolean => {
        clearTimeout(timer);
        return pending.delete(give);
      };
      const give = (error: Error): void => {
        settle();
        reject(error);
      };
      const late = (): void => {
        if (pending.has(give)) end(`no reply within ${timeout} ms`, key);
      };
      // This process may have been busy: a reply that has arrived meanwhile is read first.
      const timer = setTimeout(() => setImmediate(late), timeout);
      pending.add(give);
      work().then(
        (reply) => settle() && resolve(reply),
        (error: unknown) => {
          if (!pending.has(give)) return;
          failed(error);
          if (settle()) reject(error);
        },
      );
    });

  return {
    run: (script, keys, args) =>
      bounded(
        () => run(compile(script), keys, args),
        (error) => end(reasonOf(error), keys[0]),
        keys[0],
      ),
    // Of a Cluster, one shard alone may refuse: what cannot be heard there costs time only.
    listen: (channel) => bounded(() => listen(channel), ignore),
    stopListening: (channel) => bounded(() => stopListening(channel), ignore),
    get ended() {
      return reason;
    },
    end: (why) => end(why),
  };
};

const ignore = (): void => undefined;
