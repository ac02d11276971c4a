import getRawBody from 'raw-body';
import { fail } from '#src/lib/errors';
import type { Context } from './context.ts';
import { headerOf } from './header.ts';

const limit = 64 * 1024;

/** RFC 9112 §6.3: a request has a body if it says how long it is. A length of 0 is a body of nothing. */
export const hasBody = ({ req }: Pick<Context, 'req'>): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;

/** `utf-8` where the Content-Type names it, in any spelling of RFC 9110 §8.3.2. */
export const charsetOf = (ctx: Context): 'utf-8' | undefined =>
  /;\s*charset="?utf-?8"?\s*(;|$)/i.test(headerOf(ctx, 'content-type')) ? 'utf-8' : undefined;

/** The request's body as text. Errors: gateway_content_type, gateway_body_too_large, gateway_parameter_invalid. */
const readText = async (ctx: Context, mediaType: string): Promise<string> => {
  const given = headerOf(ctx, 'content-type').split(';')[0]?.trim().toLowerCase();
  if (given !== mediaType)
    throw fail('gateway_content_type', { field: 'Content-Type', hint: `send ${mediaType}` });
  if (ctx.get('Content-Encoding')) {
    throw fail('gateway_content_type', { field: 'Content-Encoding', hint: 'send the body uncompressed' });
  }
  const bytes = await getRawBody(ctx.req, { limit, length: ctx.req.headers['content-length'] ?? null }).catch(
    (cause: unknown) => {
      const type = cause instanceof Error && 'type' in cause ? cause.type : undefined;
      if (type === 'entity.too.large')
        throw fail('gateway_body_too_large', { hint: `send at most ${limit} bytes` });
      throw fail('gateway_parameter_invalid', { field: 'body', hint: 'send the whole body', cause });
    },
  );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fail('gateway_parameter_invalid', { field: 'body', hint: 'send UTF-8' });
  }
};

/** A form, each parameter at most once; empty without a body, whatever its media type. */
export const readForm = async (ctx: Context): Promise<Record<string, string>> =>
  hasBody(ctx) ? parametersIn(await readText(ctx, 'application/x-www-form-urlencoded')) : {};

/** The parameters of a form or a query, each at most once. Errors: gateway_parameter_invalid. */
export const parametersIn = (text: string): Record<string, string> => {
  const parameters: [string, string][] = [];
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (seen.has(name)) throw fail('gateway_parameter_invalid', { field: name, hint: 'send it once' });
    seen.add(name);
    parameters.push([name, value]);
  }
  return Object.fromEntries(parameters);
};

/** JSON; an empty object without a body, whatever its media type. */
export const readJson = async (ctx: Context): Promise<unknown> => {
  if (!hasBody(ctx)) return {};
  const text = await readText(ctx, 'application/json');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw fail('gateway_parameter_invalid', { field: 'body', hint: 'send valid JSON' });
  }
};
