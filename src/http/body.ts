import getRawBody from 'raw-body';
import { fail } from '#src/lib/errors';
import type { Context } from './context.ts';

const limit = 64 * 1024;

/** The request's body as text. Errors: gateway_content_type, gateway_body_too_large, gateway_parameter_invalid. */
const readText = async (ctx: Context, mediaType: string): Promise<string> => {
  const given = ctx.get('Content-Type').split(';')[0]?.trim().toLowerCase();
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

/** A form, each parameter at most once. */
export const readForm = async (ctx: Context): Promise<Record<string, string>> => {
  const form: [string, string][] = [];
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(await readText(ctx, 'application/x-www-form-urlencoded'))) {
    if (seen.has(name)) throw fail('gateway_parameter_invalid', { field: name, hint: 'send it once' });
    seen.add(name);
    form.push([name, value]);
  }
  return Object.fromEntries(form);
};

export const readJson = async (ctx: Context): Promise<unknown> => {
  const text = await readText(ctx, 'application/json');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw fail('gateway_parameter_invalid', { field: 'body', hint: 'send valid JSON' });
  }
};
