import { fail } from '#src/lib/errors';
import type { Middleware } from './context.ts';
import { parameterCode } from './parameter-codes.ts';
import type { Routing } from './routing.ts';

const plain = /^(?:\/[A-Za-z0-9._-]+)+\/?$/;
const dots = /\/\.{1,2}(?:\/|$)/;

/**
 * The API's paths are plain text: no percent-encoding, no empty or dot segments, no parameters. So the path that is
 * matched, checked and forwarded is the same string. HEAD is not allowed, since it would reach Adobe as a GET.
 */
export const createPathGuard =
  (prefixes: readonly string[], routing: Pick<Routing, 'parametersOf' | 'refuseMethod'>): Middleware =>
  (ctx, next) => {
    const { url = '', method } = ctx.req;
    if (!prefixes.some((prefix) => url.startsWith(prefix))) return next();
    const end = url.indexOf('?');
    const path = end === -1 ? url : url.slice(0, end);
    ctx.res.setHeader('Cache-Control', 'no-store');
    if (!plain.test(path) || dots.test(path)) {
      const field = faulty(routing.parametersOf(path)) ?? 'path';
      throw fail(parameterCode(field), {
        field,
        hint: 'send serviceProvider, mvpd, partner and code as letters, digits, . - and _',
      });
    }
    return method === 'HEAD' ? routing.refuseMethod(ctx, next) : next();
  };

/** The first parameter that is not plain. */
const faulty = (parameters: Readonly<Record<string, string>>): string | undefined =>
  Object.keys(parameters).find((name) => {
    const segment = `/${parameters[name]}`;
    return segment.includes('/', 1) || !plain.test(segment) || dots.test(segment);
  });
