import type { IncomingHttpHeaders } from 'node:http';
import { addressHeader } from '#src/config/address-header';
import type { Config } from '#src/config/schema';
import { forwardedNodes } from './forwarded.ts';
import { parseNode, parsePort } from './parse-node.ts';
import { peerAddress, type TrustedProxies } from './trusted-proxies.ts';

export interface ClientAddress {
  readonly address: string;
  /** The source port, if known from the connection or the proxy. */
  readonly port?: number;
  /** Two upper-case letters (ISO 3166-1), if a trusted proxy tells the country. */
  readonly country?: string;
}

/** Takes the address of the connection, and the headers of the request. */
export type ReadClientAddress = (peer: ClientAddress, headers: IncomingHttpHeaders) => ClientAddress;

type ClientAddressSource = Config['public']['clientAddress'];

const maxNodes = 32;

/** The nodes that a header names, the nearest first. Empty entries of a list are no entries (RFC 9110 §5.6.1). */
const nodesOf: Record<
  Exclude<ClientAddressSource['from'], 'proxyProtocol'>,
  (value: string) => readonly string[]
> = {
  xForwardedFor: (value) => {
    const entries = value.split(',').map((entry) => entry.trim());
    return entries.filter(Boolean).slice(-maxNodes).reverse();
  },
  forwarded: (value) => forwardedNodes(value, maxNodes),
  header: (value) => [value.trim()],
};

/** The first node that is no proxy. Those beyond it and malformed ones are not trusted. */
const firstClient = (
  peer: ClientAddress,
  nodes: readonly string[],
  trusted: TrustedProxies,
): ClientAddress => {
  let current = peer;
  for (const node of nodes) {
    if (!trusted.includes(current.address)) break;
    const next = parseNode(node);
    if (!next) break;
    current = next;
  }
  return current;
};

/** What edge networks send instead of a country that they do not know. */
const unknownCountry = 'XX';

const countryIn = (value: unknown): Pick<ClientAddress, 'country'> => {
  const country = typeof value === 'string' ? value.trim().toUpperCase() : '';
  return /^[A-Z]{2}$/.test(country) && country !== unknownCountry ? { country } : {};
};

/**
 * The device's own address: the peer's, unless that is a trusted proxy; then what it says in the header of the settings.
 * Other headers are ignored. With the PROXY protocol the connection has the client's address already. `countryHeader` is
 * read from trusted proxies only.
 */
export const createClientAddress = (
  source: ClientAddressSource,
  trusted: TrustedProxies,
  countryHeader?: string,
): ReadClientAddress => {
  const header = addressHeader(source)?.toLowerCase();
  const portHeader = 'portHeader' in source ? source.portHeader?.toLowerCase() : undefined;
  const countryName = countryHeader?.toLowerCase();

  const readNode: ReadClientAddress = (connected, headers) => {
    if (source.from === 'proxyProtocol' || header === undefined) return connected;
    const value = headers[header];
    if (typeof value !== 'string' || !trusted.includes(connected.address)) return connected;
    const client = firstClient(connected, nodesOf[source.from](value), trusted);
    if (portHeader === undefined || client === connected || client.port !== undefined) return client;
    const port = parsePort(String(headers[portHeader]));
    return port === undefined ? client : { ...client, port };
  };

  return (peer, headers) => {
    const connected = { ...peer, address: peerAddress(peer.address) };
    const client = readNode(connected, headers);
    if (countryName === undefined || !trusted.includes(connected.address)) return client;
    return { ...client, ...countryIn(headers[countryName]) };
  };
};
