import type Router from '@koa/router';
import type { JWK } from 'jose';
import { catalogue, type ErrorCode, entryOf, fail } from '#src/lib/errors';
import type { GatewayState } from '../context.ts';

interface Deps {
  /** Public keys only, as they are at this moment. */
  readonly serviceTokenJwks: () => { readonly keys: readonly JWK[] };
}

const isCode = (code: string | undefined): code is ErrorCode =>
  code !== undefined && Object.hasOwn(catalogue, code);

export const wellKnownRoutes = (router: Router<GatewayState>, { serviceTokenJwks }: Deps): void => {
  router.get('service-token-jwks', '/.well-known/service-token-jwks.json', (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300');
    ctx.body = JSON.stringify(serviceTokenJwks());
    ctx.type = 'application/jwk-set+json';
  });

  /** What the help URL of an error leads to. */
  router.get('errors', '/errors/:code', (ctx) => {
    const { code } = ctx.params;
    if (!isCode(code)) throw fail('gateway_not_found');
    const { status, title, action } = entryOf(code);
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.body = { code, status, title, action };
  });
};
