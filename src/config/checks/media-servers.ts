import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';
import { sharedTokens } from './shared-tokens.ts';

/** Media servers are told apart by their tokens, none of which opens the admin listener. */
export const mediaServers = ({
  mediaTokens: { servers = [] } = {},
  admin: { tokens = [] } = {},
}: Draft): Finding[] => [
  ...sharedTokens(servers, ['mediaTokens', 'servers']),
  ...servers.flatMap((server, index) => {
    const same = tokens.findIndex((other) => server?.token !== undefined && other?.token === server.token);
    const path = ['mediaTokens', 'servers', index, 'token'];
    return same === -1 ? [] : [{ path, message: `must not be that of admin.tokens[${same}]` }];
  }),
];
