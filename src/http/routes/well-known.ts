import type { JWK } from 'jose';
import { catalogue, type ErrorCode, entryOf, fail } from '#src/lib/errors';
import type { Handler } from '../context.ts';

interface Deps {
  /** Public keys only, as they are at this moment. */
  readonly serviceTokenJwks: () => { readonly keys: readonly JWK[] };
}

export const createJwksHandler =
  ({ serviceTokenJwks }: Deps): Handler =>
  (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300');
    ctx.body = JSON.stringify(serviceTokenJwks());
    ctx.type = 'application/jwk-set+json';
  };

const isCode = (code: string | undefined): code is ErrorCode =>
  code !== undefined && Object.hasOwn(catalogue, code);

/** The page that the helpUrl of an error points to. */
export const describeError: Handler = (ctx) => {
  const { code } = ctx.params;
  if (!isCode(code)) throw fail('gateway_not_found');
  const { status, title, action } = entryOf(code);
  ctx.set('Cache-Control', 'public, max-age=3600');
  ctx.body = { code, status, title, action };
};
