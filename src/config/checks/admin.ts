import { isLoopback } from '#src/lib/ip-address';
import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';

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
  ...(tokens ?? []).flatMap((entry, index, all) => {
    const { id, token } = entry ?? {};
    const earlier = all.slice(0, index);
    const same = earlier.findIndex((other) => token !== undefined && other?.token === token);
    const at = (key: string, message: string): Finding => ({
      path: ['admin', 'tokens', index, key],
      message,
    });
    return [
      ...(id === loopbackActor ? [at('id', `"${id}" is the name of requests without a token`)] : []),
      ...(id !== undefined && earlier.some((other) => other?.id === id)
        ? [at('id', `"${id}" is used twice`)]
        : []),
      ...(same === -1 ? [] : [at('token', `must not be that of admin.tokens[${same}]`)]),
    ];
  }),
];
