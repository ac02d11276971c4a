import { isLoopback } from '#src/lib/ip-address';
import type { Config } from '../schema.ts';

/** The actor of requests that need no token; no token may pass for it. */
export const loopbackActor = 'loopback';

/** Who may call the admin listener. Pure. */
export const adminAccess = ({ admin: { host, tokens } }: Pick<Config, 'admin'>): string[] => [
  ...(tokens.length === 0 && !isLoopback(host)
    ? [`admin.host: "${host}" is not a loopback address: set admin.tokens, or use 127.0.0.1`]
    : []),
  ...tokens.flatMap(({ id, token }, index) => {
    const earlier = tokens.slice(0, index);
    const same = earlier.findIndex((other) => other.token === token);
    return [
      ...(id === loopbackActor
        ? [`admin.tokens[${index}].id: "${id}" is the name of requests without a token`]
        : []),
      ...(earlier.some((other) => other.id === id)
        ? [`admin.tokens[${index}].id: "${id}" is used twice`]
        : []),
      ...(same === -1 ? [] : [`admin.tokens[${index}].token: must not be that of admin.tokens[${same}]`]),
    ];
  }),
];
