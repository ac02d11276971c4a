import { isIP } from 'node:net';
import { defaultEnvironment, environmentsOf } from '#src/config/environments';
import { pathText } from '#src/config/faults/fault';
import type { Config } from '#src/config/schema';

/** A host that the gateway needs for its own sake, whoever signs in. */
export interface Target {
  readonly url: URL;
  /** The setting that names it. */
  readonly setting: string;
}

/** Adobe, in one of its environments. */
export interface AdobeTarget extends Target {
  readonly environment: string;
}

/** The environments of Adobe, the default one first. Pure. */
export const adobeTargetsOf = (config: Config): readonly AdobeTarget[] =>
  environmentsOf(config).map(({ id, origin, setting }) => ({
    url: new URL(origin),
    setting: pathText(setting),
    environment: id,
  }));

/** Adobe, the public origin, the key management service and the publishers of external keys; each host once. Pure. */
export const targetsOf = (config: Config): readonly Target[] => {
  const { publicOrigin, keys, apps } = config;
  const named: readonly (readonly [setting: string, url: string | undefined])[] = [
    ...adobeTargetsOf(config).map(({ setting, url }) => [setting, url.origin] as const),
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
/** Of the check whether there is a connection to an environment of Adobe. */
export const egressId = (environment: string): string =>
  environment === defaultEnvironment ? 'egress' : `egress.${environment}`;
export const tlsId = ({ host }: URL): string => `tls.${host}`;

/** Ids of the checks without which a request to this URL cannot succeed. */
export const wayTo = (url: URL): readonly string[] => [
  ...(isInDns(url) ? [dnsId(url)] : []),
  ...(url.protocol === 'https:' ? [tlsId(url)] : []),
];
