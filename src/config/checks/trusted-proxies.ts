import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';
import { coverEverything, parseNetwork } from '../networks.ts';

/** Proxies are addresses and networks, never everybody. */
export const trustedProxies = ({ trustedProxies: entries = [], public: listener }: Draft): Finding[] => {
  const networks = entries.map((entry) => parseNetwork(entry ?? ''));
  const faults = entries.flatMap((entry, index) =>
    networks[index] || entry === 'loopback' || entry === undefined
      ? []
      : [
          {
            path: ['trustedProxies', index],
            message: 'must be "loopback", an address or a network such as 10.0.0.0/8',
          },
        ],
  );
  const known = networks.filter((network) => network !== undefined);
  const everything = (['ipv4', 'ipv6'] as const).filter((family) => coverEverything(known, family));
  const from = listener?.clientAddress?.from ?? 'xForwardedFor';
  return [
    ...faults,
    ...(from !== 'xForwardedFor' && entries.length === 0
      ? [
          {
            path: ['public', 'clientAddress', 'from'],
            message: 'needs trustedProxies, which tell the address',
          },
        ]
      : []),
    ...everything.map((family) => ({
      path: ['trustedProxies'],
      message: `must not include every ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`,
    })),
  ];
};
