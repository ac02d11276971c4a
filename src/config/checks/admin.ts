import { isLoopback } from '#src/lib/ip-address';
import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';
import { sharedTokens } from './shared-tokens.ts';

/** The actor of requests that need no token; no token may pass for it. */
export const loopbackActor = 'loopback';

/** Who may call the admin listener. */
export const adminAccess = ({ admin: { host, tokens } = {} }: Draft): Finding[] => [
  ...(tokens?.length === 0 && host !== undefined && !isLoopback(host)
    ? [
        {
          path: ['admin', 'host'],
          message: `"${host}" is not a loopback address: set admin.tokens, or use 127.0.0.1`,
        },
      ]
    : []),
  ...(tokens ?? []).flatMap((entry, index) =>
    entry?.id === loopbackActor
      ? [
          {
            path: ['admin', 'tokens', index, 'id'],
            message: `"${loopbackActor}" is the name of requests without a token`,
          },
        ]
      : [],
  ),
  ...sharedTokens(tokens ?? [], ['admin', 'tokens']),
];
