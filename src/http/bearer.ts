import { fail } from '#src/lib/errors';
import type { Context } from './context.ts';
import { headerOf } from './header.ts';

/** RFC 6750 §2.1: one scheme, one space, one token68. */
const form = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i;

/** The bearer token of a request. Errors: gateway_access_token_missing, gateway_access_token_invalid. */
export const readBearer = (ctx: Context): string => {
  const value = headerOf(ctx, 'authorization');
  if (!value) throw fail('gateway_access_token_missing', { field: 'Authorization' });
  const [, token] = form.exec(value) ?? [];
  if (!token || token.length > 4096) throw fail('gateway_access_token_invalid', { field: 'Authorization' });
  return token;
};
