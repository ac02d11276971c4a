import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, type Connection, openConnection } from './connection.ts';

/** Milliseconds that an app waits for an answer. */
const patience = 2_000;
const maxAttempts = 3;
/** All clients together. With as few as a gateway can answer at once, none would ever have to be refused. */
const maxConnections = 6_000;

/** One request of an app, as bytes. */
export interface Wish {
  readonly kind: 'call' | 'code-poll' | 'device-poll';
  readonly bytes: string;
}

/** What became of one attempt. */
export interface Attempt {
  readonly kind: Wish['kind'];
  /** `late`: not within the client's patience. */
  readonly became: 'served' | 'refused' | 'late' | 'failed';
  /** Milliseconds. */
  readonly took: number;
  /** Milliseconds, of `performance.now()`. */
  readonly endedAt: number;
}

const isServed = ({ kind }: Wish, { status, body }: Answer): boolean =>
  kind === 'device-poll' ? status === 400 && body.includes('authorization_pending') : status === 200;

const retryAfterOf = ({ head }: Answer): number => Number(/\r\nretry-after: *(\d+)/i.exec(head)?.[1] ?? 0);

/**
 * Apps that behave: each keeps a connection, gives up on an answer after two seconds, tries a call three times, at once after
 * silence and when it was told to after a refusal. A poll is not repeated: the next one is.
 */
export const createClients = (origin: string, note: (attempt: Attempt) => void) => {
  const idle: Connection[] = [];
  let open = 0;

  const connect = async (): Promise<Connection | undefined> => {
    const kept = idle.pop();
    if (kept) return kept;
    if (open >= maxConnections) return undefined;
    open += 1;
    return openConnection(origin).catch(() => {
      open -= 1;
      return undefined;
    });
  };

  /** Milliseconds until the next attempt; undefined if there is no need for one. */
  const attempt = async (wish: Wish): Promise<number | undefined> => {
    const from = performance.now();
    const tell = (became: Attempt['became']): void => {
      const endedAt = performance.now();
      note({ kind: wish.kind, became, took: endedAt - from, endedAt });
    };
    const connection = await connect();
    if (!connection) {
      tell('failed');
      return 0;
    }
    // Closed when the client has lost patience.
    const timer = setTimeout(connection.close, patience);
    const answer = await connection.exchange(wish.bytes).catch(() => undefined);
    clearTimeout(timer);
    if (!answer) {
      open -= 1;
      connection.close();
      tell('late');
      return 0;
    }
    idle.push(connection);
    if (isServed(wish, answer)) return void tell('served');
    tell('refused');
    return retryAfterOf(answer) * 1_000;
  };

  return {
    send: async (wish: Wish): Promise<void> => {
      for (let left = wish.kind === 'call' ? maxAttempts : 1; left > 0; left -= 1) {
        const pause = await attempt(wish);
        if (pause === undefined) return;
        if (left > 1) await wait(pause);
      }
    },
    close: (): void => {
      for (const connection of idle) connection.close();
    },
  };
};
