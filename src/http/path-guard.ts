import { fail } from '#src/lib/errors';
import type { Middleware } from './context.ts';

const plain = /^(?:\/[A-Za-z0-9._-]+)+\/?$/;
const dots = /\/\.{1,2}(?:\/|$)/;

/**
 * The API's paths are plain text: no percent-encoding, no empty or dot segments, no parameters. So the path that is
 * matched, checked and forwarded is the same string. HEAD is not allowed, since it would reach Adobe as a GET.
 */
export const createPathGuard =
  (prefixes: readonly string[], methodNotAllowed: Middleware): Middleware =>
  (ctx, next) => {
    const { url = '', method } = ctx.req;
    if (!prefixes.some((prefix) => url.startsWith(prefix))) return next();
    const end = url.indexOf('?');
    const path = end === -1 ? url : url.slice(0, end);
    ctx.res.setHeader('Cache-Control', 'no-store');
    if (!plain.test(path) || dots.test(path)) {
      throw fail('gateway_parameter_invalid', {
        field: 'path',
        hint: 'send serviceProvider, mvpd and code as letters, digits, . - and _',
      });
    }
    return method === 'HEAD' ? methodNotAllowed(ctx, next) : next();
  };
