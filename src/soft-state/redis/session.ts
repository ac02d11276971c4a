import type { Cluster, Redis } from 'ioredis';
import { createClients } from './connect.ts';
import type { Compiled } from './script.ts';
import type { RedisSettings } from './settings.ts';

export type Arguments = readonly (string | number)[];

/** One connection, from when it was made until it is lost. Nothing in it is repeated or queued. */
export interface Session {
  /** Runs a script. Rejects with whatever is wrong: see `reasonOf`. */
  run(script: Compiled, keys: readonly string[], args: Arguments): Promise<unknown>;
  listen(channel: string): Promise<unknown>;
  stopListening(channel: string): Promise<unknown>;
  close(): void;
}

export interface SessionEvents {
  message(channel: string, text: string): void;
  /** Once, unless it was closed here. */
  ended(reason: string): void;
}

/** Milliseconds. A server that is stopped accepts connections, and says nothing. */
const maxWait = 2_000;

/** Connects, or rejects. */
export const openSession = async (settings: RedisSettings, events: SessionEvents): Promise<Session> => {
  const clients = await createClients(settings);
  const { scripts, messages } = clients;
  const both = scripts === messages ? [scripts] : [scripts, messages];
  let isOpen = true;
  let lastError: unknown;
  const close = (): void => {
    isOpen = false;
    for (const client of both) client.disconnect();
  };
  const end = (): void => {
    if (!isOpen) return;
    close();
    events.ended(reasonOf(lastError ?? new Error('the connection was closed')));
  };
  for (const client of both) {
    client.on('error', (error: unknown) => {
      lastError = error;
    });
    client.on('end', end);
  }
  messages.on('smessage', (channel: string, text: string) => events.message(channel, text));
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no connection within ${maxWait} ms`)), maxWait);
  try {
    await Promise.race([late.promise, Promise.all(both.map((client) => client.connect()))]);
  } catch (error) {
    close();
    throw lastError ?? error;
  } finally {
    clearTimeout(timer);
  }
  return {
    run: (script, keys, args) => run(scripts, script, keys, args),
    listen: (channel) => messages.ssubscribe(channel),
    stopListening: (channel) => messages.sunsubscribe(channel),
    close,
  };
};

/** A server that does not know the script yet, as after a restart, is sent it. */
const run = async (
  client: Redis | Cluster,
  { lua, sha }: Compiled,
  keys: readonly string[],
  args: Arguments,
): Promise<unknown> => {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (reasonOf(error) !== 'NOSCRIPT') throw error;
    return client.eval(lua, keys.length, ...keys, ...args);
  }
};

/**
 * What went wrong, for operators: the code of a server's refusal, such as READONLY, or the message of the connection. The
 * text of a refusal is left out: it may repeat what was sent.
 */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { lastNodeError } = error as { lastNodeError?: unknown };
  if (lastNodeError) return reasonOf(lastNodeError);
  if (error.name === 'ReplyError') return /^[A-Z]+/.exec(error.message)?.[0] ?? 'refused';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.message.slice(0, 200);
};
