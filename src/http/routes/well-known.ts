import type { JWK } from 'jose';
import { asksForPage } from '#src/lib/asks-for-page';
import { catalogue, type ErrorCode, entryOf, fail } from '#src/lib/errors';
import { advice } from '#src/lib/errors/entry';
import type { Context, Handler } from '../context.ts';

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

interface Description {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly advice: string;
  readonly adviceIfRegistered: string | undefined;
}

/** What the helpUrl of an error points to, for people and programs. */
export const createDescribeErrorHandler =
  (showDescription: (ctx: Context, description: Description) => void): Handler =>
  (ctx) => {
    const { code } = ctx.params;
    if (!isCode(code)) throw fail('gateway_not_found');
    const { status, title, action, actionIfRegistered } = entryOf(code);
    ctx.vary('Accept');
    // The page is not kept: it names files of the brand, which a reload may replace.
    if (asksForPage(ctx.req))
      return showDescription(ctx, {
        code,
        status,
        title,
        advice: advice[action],
        adviceIfRegistered: actionIfRegistered && advice[actionIfRegistered],
      });
    ctx.body = { code, status, title, action, ...(actionIfRegistered && { actionIfRegistered }) };
    ctx.set('Cache-Control', 'public, max-age=3600');
  };
