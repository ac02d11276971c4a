import type { Resolver } from 'node:dns/promises';
import { Client } from 'undici';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { createConnect } from './connect.ts';
import { createLookup } from './lookup.ts';

/** Kept-alive connections of one gateway to one origin of Adobe, each for one request at a time. */
export interface Pool {
  /** The connection that was used last, or a new one; undefined while there are enough. */
  take(): Client | undefined;
  /** Whether it is still open, as far as this process has heard. */
  isOpen(client: Client): boolean;
  giveBack(client: Client): void;
  destroy(client: Client): void;
  close(): void;
}

export interface PoolSettings {
  /** Adobe's: scheme, host, port. */
  readonly origin: string;
  /** Milliseconds for each of: look-up, connection, TLS. */
  readonly connectTimeout: number;
  readonly maxConnections: number;
  /** Bytes. */
  readonly maxHeaderSize: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** The DNS servers to ask; those of the system if absent. */
  readonly resolver?: Resolver | undefined;
}

/**
 * Adobe changes its addresses and requires that DNS answers are used for at most 30 s: half of that in the cache, half
 * by a connection made from it.
 */
const maxUse = 15_000;

/** Connections made together end apart, over a third of their time: a handshake costs more than many requests. */
const lifeOf = (index: number): number => maxUse * (1 - (index % 32) / 96);

/** `whenFreed` is called after a connection has come back or is gone. */
export const createPool = (settings: PoolSettings, whenFreed: () => void): Pool => {
  const { origin, maxConnections, clock } = settings;
  const options = optionsOf(settings);
  /** Open or about to be, with the time after which they take no request. */
  const open = new Map<Client, number>();
  const idle: Client[] = [];
  let opened = 0;

  const isYoung = (client: Client): boolean => clock.monotonic() < (open.get(client) ?? 0);

  /** It ends what it has begun and takes nothing more. */
  const retire = (client: Client): void => {
    if (!open.delete(client)) return;
    const at = idle.indexOf(client);
    if (at !== -1) idle.splice(at, 1);
    void client.close();
  };

  const create = (): Client => {
    const client = new Client(origin, options);
    open.set(client, clock.monotonic() + lifeOf(opened++));
    const lost = () => {
      retire(client);
      whenFreed();
    };
    return client.on('disconnect', lost).on('connectionError', lost);
  };

  const destroy = (client: Client): void => {
    open.delete(client);
    void client.destroy(fail('gateway_adobe_unreachable', { detail: 'given up' }));
  };

  return {
    take: () => {
      for (let client = idle.pop(); client; client = idle.pop()) {
        if (isYoung(client)) return client;
        retire(client);
      }
      return open.size < maxConnections ? create() : undefined;
    },
    isOpen: (client) => open.has(client),
    giveBack: (client) => {
      // Whether it is still open and young is asked when it is taken again.
      idle.push(client);
      whenFreed();
    },
    destroy: (client) => {
      destroy(client);
      whenFreed();
    },
    close: () => {
      for (const client of open.keys()) destroy(client);
    },
  };
};

const optionsOf = ({
  origin,
  connectTimeout,
  maxHeaderSize,
  clock,
  resolver,
}: PoolSettings): Client.Options => ({
  connect: createConnect({
    lookup: createLookup(new URL(origin).hostname, { maxUse, clock, resolver }),
    timeout: connectTimeout,
  }),
  maxHeaderSize,
  allowH2: false,
  pipelining: 1,
  // One limit for the whole request instead, from its look-up to its last byte.
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: maxUse,
  keepAliveMaxTimeout: maxUse,
});
