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

/** Adobe moves its addresses; its checklist allows an answer of the DNS to be kept for 30 s. */
const longestUse = 30_000;

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

const lookupFor = (hostname: string): LookupFunction => {
  if (isLocal(hostname)) return dns.lookup as LookupFunction;
  const cache = new CacheableLookup({ maxTtl: longestUse / 1000, fallbackDuration: longestUse / 1000 });
  return cache.lookup as LookupFunction;
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
