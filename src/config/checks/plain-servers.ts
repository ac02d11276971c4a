import { isLoopback } from '#src/lib/ip-address';
import type { Draft } from '../draft.ts';
import type { Finding, Path } from '../faults/fault.ts';

/** Servers of the shared state on other machines without TLS: anyone on the network path can read the password. */
export const plainServers = ({ shared }: Draft): Finding[] =>
  shared?.kind === 'redis'
    ? [
        ...plain(['shared', 'url'], shared.url),
        ...(shared.sentinel?.nodes ?? []).flatMap((url, index) =>
          plain(['shared', 'sentinel', 'nodes', index], url),
        ),
        ...(shared.cluster?.nodes ?? []).flatMap((url, index) =>
          plain(['shared', 'cluster', 'nodes', index], url),
        ),
      ]
    : [];

const plain = (path: Path, text: string | undefined): Finding[] => {
  const url = text === undefined ? null : URL.parse(text);
  return url?.protocol === 'redis:' && !isLoopback(url.hostname.replace(/^\[(.*)\]$/, '$1'))
    ? [{ path, message: 'is not encrypted', write: text?.replace(/^redis:/, 'rediss:') }]
    : [];
};
