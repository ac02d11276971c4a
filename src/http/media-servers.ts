import { fail } from '#src/lib/errors';
import { readBearer } from './bearer.ts';
import type { Context } from './context.ts';
import { createFindByToken } from './find-by-token.ts';

export interface MediaServer {
  readonly id: string;
  readonly token: string;
}

export type IdentifyMediaServer = (ctx: Context) => MediaServer;

/** The media server that a request is from. Errors: gateway_access_token_…, gateway_media_server_unknown. */
export const createIdentifyMediaServer = (servers: readonly MediaServer[]): IdentifyMediaServer => {
  const findByToken = createFindByToken(servers);
  return (ctx) => {
    const found = findByToken(readBearer(ctx));
    if (found) return found;
    throw fail('gateway_media_server_unknown', { field: 'Authorization' });
  };
};
