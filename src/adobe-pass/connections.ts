import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import CacheableLookup from 'cacheable-lookup';
import type { RequestFunction } from 'got';
import type { Clock } from '#src/lib/clock';

export interface Connections {
  readonly agents: { readonly http: http.Agent; readonly https: https.Agent };
  readonly request: RequestFunction;
  close(): void;
}

interface Settings {
  readonly hostname: string;
  readonly clock: Clock;
  readonly largestHead: number;
}

/**
 * Adobe moves its addresses and wants an answer of the DNS used for 30 s at most: half of that in the cache, half by
 * a connection made from it.
 */
const longestUse = 15_000;

const pool = { keepAlive: true, maxSockets: 256, maxFreeSockets: 64, timeout: 20_000 };

/** Kept-alive sockets of one gateway to one Adobe host. */
export const createConnections = ({ hostname, clock, largestHead }: Settings): Connections => {
  const options = { ...pool, lookup: lookupFor(hostname) };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  for (const agent of Object.values(agents)) retireSockets(agent, clock);
  return {
    agents,
    request: slimRequest(largestHead),
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
};

/** A socket in steady use would stay with an address that the DNS has long left. */
const retireSockets = (agent: http.Agent, clock: Clock): void => {
  const born = new WeakMap<Duplex, number>();
  const keep = agent.keepSocketAlive.bind(agent);
  // Node destroys a socket for which this answers false.
  agent.keepSocketAlive = (socket) => {
    const since = born.get(socket) ?? clock.now();
    born.set(socket, since);
    return clock.now() - since < longestUse ? keep(socket) : false;
  };
};

/** RFC 6761 §6.3: names under localhost never go to the DNS. */
const isLocal = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost');

/** The DNS itself, because it tells how long an answer holds; the system's resolver where that fails. */
const lookupFor = (hostname: string): LookupFunction => {
  const bySystem = dns.lookup as LookupFunction;
  if (isLocal(hostname)) return bySystem;
  const cache = new CacheableLookup({ maxTtl: longestUse / 1000, fallbackDuration: longestUse / 1000 });
  const byDns = cache.lookup as LookupFunction;
  return (name, options, callback) =>
    byDns(name, options, (error, ...found) =>
      error ? bySystem(name, options, callback) : callback(null, ...found),
    );
};

/**
 * Hands Node the few fields that matter: got's own forty cost a tenth of the call. What this passes by, the DNS
 * cache, sits on the agents.
 */
const slimRequest =
  (maxHeaderSize: number): RequestFunction =>
  (url, { method, headers, agent }, callback) => {
    const { protocol, hostname, port, pathname, search } = url;
    const host = hostname.replace(/^\[|\]$/g, '');
    const path = pathname + search;
    const slim = { host, port, path, method, headers, agent, maxHeaderSize };
    if (protocol === 'http:') return http.request(slim as http.RequestOptions, callback);
    return https.request(slim as https.RequestOptions, callback);
  };
