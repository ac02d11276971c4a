import type { Context } from 'koa';
import { formOf, queryOf } from '../form.ts';
import type { GoogleGrants } from './grants.ts';
import { GoogleError } from './model.ts';

/** https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke: any token revokes its whole grant. */
export const createRevoke =
  (grants: GoogleGrants) =>
  async (ctx: Context): Promise<void> => {
    const token = (await formOf(ctx))['token'] ?? queryOf(ctx)['token'];
    if (!token) throw new GoogleError(400, 'invalid_request', 'Missing required parameter: token');
    // Unlike RFC 7009 §2.2, which returns 200 for invalid tokens.
    if (!grants.revoke(token)) throw new GoogleError(400, 'invalid_token', 'Token expired or revoked');
    ctx.body = {};
  };
