import { isIP } from 'node:net';
import type { Config } from '#src/config/schema';

/** A host that the gateway needs for its own sake, whoever signs in. */
export interface Target {
  readonly url: URL;
  /** The setting that names it. */
  readonly setting: string;
}

/** Adobe, the public origin, the key management service and the publishers of external keys; each host once. Pure. */
export const targetsOf = ({ adobe, publicOrigin, keys, apps }: Config): readonly Target[] => {
  const named: readonly (readonly [setting: string, url: string | undefined])[] = [
    ['adobe.origin', adobe.origin],
    ['publicOrigin', publicOrigin],
    ['keys.kms.origin', keys.kms?.origin],
    ...apps.map(({ externalServiceToken: external }, index) => {
      const jwks = external && 'jwks' in external.keys ? external.keys.jwks : undefined;
      return [`apps[${index}].externalServiceToken.keys.jwks`, jwks] as const;
    }),
  ];
  const targets = new Map<string, Target>();
  for (const [setting, address] of named) {
    const url = address === undefined ? undefined : new URL(address);
    if (url && !targets.has(url.origin)) targets.set(url.origin, { url, setting });
  }
  return [...targets.values()];
};

/** The host name or address, without the brackets of IPv6. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

export const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === 'https:' ? 443 : 80));

/** Whether the DNS is asked: not for addresses, and never for names under localhost (RFC 6761 §6.3). */
export const isInDns = (url: URL): boolean =>
  isIP(hostOf(url)) === 0 && !/(^|\.)localhost$/.test(hostOf(url));

export const dnsId = (url: URL): string => `dns.${hostOf(url)}`;
export const tlsId = ({ host }: URL): string => `tls.${host}`;

/** Ids of the checks without which a request to this URL cannot succeed. */
export const wayTo = (url: URL): readonly string[] => [
  ...(isInDns(url) ? [dnsId(url)] : []),
  ...(url.protocol === 'https:' ? [tlsId(url)] : []),
];
