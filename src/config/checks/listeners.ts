import { isLoopback } from '#src/lib/ip-address';
import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';

/** Two listeners cannot share an address. Port 0 is any free one. */
export const listenerAddresses = (settings: Draft): Finding[] => {
  const { public: open, admin } = settings;
  if (!open?.port || open.port !== admin?.port || !overlap(open.host, admin.host)) return [];
  return [{ path: ['admin', 'port'], message: 'must not be that of public.port' }];
};

const overlap = (a = '', b = ''): boolean =>
  a === b || [a, b].some((host) => /^(0\.0\.0\.0|::)$/.test(host)) || (isLoopback(a) && isLoopback(b));
