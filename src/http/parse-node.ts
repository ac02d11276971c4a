import { canonicalAddress } from '#src/lib/ip-address';

/** RFC 7239 §6. */
interface Node {
  readonly address: string;
  readonly port?: number;
}

const nodeForm = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5}|_[\w.-]+)$/;

/**
 * An address, or an address and source port as proxies write them: `192.0.2.1:4711`, `[2001:db8::7]:4711`. A port that is
 * obfuscated is not known, and neither is a node that is (RFC 7239 §6).
 */
export const parseNode = (text: string): Node | undefined => {
  if (text.length > 64) return undefined;
  const [, v6, v4, port] = nodeForm.exec(text) ?? [];
  const address = canonicalAddress(v6 ?? v4 ?? text.replace(/^\[(.*)\]$/, '$1'));
  if (address === undefined) return undefined;
  if (port === undefined || port.startsWith('_')) return { address };
  return Number(port) > 65_535 ? undefined : { address, port: Number(port) };
};

/** A source port in a header of its own. */
export const parsePort = (text: string): number | undefined =>
  /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
