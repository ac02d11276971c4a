import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import CacheableLookup from 'cacheable-lookup';
import type { RequestFunction } from 'got';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';

export interface Connections {
  readonly agents: { readonly http: http.Agent; readonly https: https.Agent };
  readonly request: RequestFunction;
  close(): void;
}

interface Settings {
  readonly hostname: string;
  readonly clock: Clock;
  readonly maxHeaderSize: number;
}

/**
 * Adobe changes its addresses and requires that DNS answers are used for at most 30 s: half of that in the cache, half
 * by a connection made from it.
 */
const maxUse = 15_000;

const pool = { keepAlive: true, maxSockets: 256, maxFreeSockets: 64, timeout: 20_000 };

/** Kept-alive sockets of one gateway to one Adobe host. */
export const createConnections = ({ hostname, clock, maxHeaderSize }: Settings): Connections => {
  const options = { ...pool, lookup: lookupFor(hostname) };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  for (const agent of Object.values(agents)) retireSockets(agent, clock);
  return {
    agents,
    request: createRequest(maxHeaderSize),
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
};

/** A busy socket would otherwise outlive its DNS answer. */
const retireSockets = (agent: http.Agent, clock: Clock): void => {
  const openedAt = new WeakMap<Duplex, number>();
  const keep = agent.keepSocketAlive.bind(agent);
  // Node destroys a socket for which this returns false.
  agent.keepSocketAlive = (socket) => {
    const since = openedAt.get(socket) ?? clock.now();
    openedAt.set(socket, since);
    return clock.now() - since < maxUse ? keep(socket) : false;
  };
};

/** RFC 6761 §6.3: names under localhost never go to the DNS. */
const isLocal = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost');

/** DNS queries of our own, because they tell the TTL; the system's resolver where they fail. */
const lookupFor = (hostname: string): LookupFunction => {
  const bySystem = dns.lookup as LookupFunction;
  if (isLocal(hostname)) return bySystem;
  const cache = new CacheableLookup({ maxTtl: maxUse / 1000, fallbackDuration: maxUse / 1000 });
  const byDns = cache.lookup as LookupFunction;
  return (name, options, callback) =>
    byDns(name, options, (error, ...found) =>
      error ? bySystem(name, options, callback) : callback(null, ...found),
    );
};

/**
 * Passes Node only the fields that matter: got's own forty cost a tenth of the call. The DNS cache, which this
 * bypasses, is set on the agents.
 */
const createRequest =
  (maxHeaderSize: number): RequestFunction =>
  (url, { method, headers, agent }, callback) => {
    const { protocol, hostname, port, pathname, search } = url;
    const host = hostname.replace(/^\[|\]$/g, '');
    const path = pathname + search;
    const slim = { host, port, path, method, headers, agent, maxHeaderSize };
    const send = protocol === 'http:' ? http.request : https.request;
    return refuseUpgrade(send(slim as http.RequestOptions, callback));
  };

/** 101 to a request that asked for no other protocol (RFC 9110 §15.2.2): no response would follow. */
const refuseUpgrade = (request: http.ClientRequest): http.ClientRequest => {
  const refuse = () =>
    request.emit('error', fail('gateway_adobe_answer_invalid', { detail: 'status 101 without being asked' }));
  return request
    .on('upgrade', (_response, socket) => {
      socket.destroy();
      refuse();
    })
    .on('information', ({ statusCode }) => {
      if (statusCode !== 101) return;
      request.destroy();
      refuse();
    });
};
