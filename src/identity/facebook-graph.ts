import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { isOutage, rejected, unavailable } from './errors.ts';
import type { ProviderFetch } from './http.ts';

interface Settings {
  readonly graphOrigin: string;
  readonly graphVersion: string;
  readonly appId: string;
  readonly appSecret: string;
}

interface Deps {
  readonly fetch: ProviderFetch;
  readonly clock: Pick<Clock, 'now'>;
}

const idSchema = z.string().regex(/^\d{1,64}$/);

const debugSchema = z.object({
  data: z.object({
    app_id: z.union([z.string(), z.number().transform(String)]),
    is_valid: z.boolean(),
    type: z.string(),
    user_id: idSchema,
    expires_at: z.number(),
  }),
});

const meSchema = z.object({ id: idSchema, name: z.unknown().optional(), email: z.unknown().optional() });

const errorSchema = z.object({ error: z.object({ code: z.number(), is_transient: z.boolean().optional() }) });
/**
 * "Wait and try again" (https://developers.facebook.com/docs/graph-api/guides/error-handling). Not 1, which a wrong
 * secret gives as well.
 */
const transient = new Set([2, 4, 17, 32, 341, 613]);

export interface GraphUser {
  readonly id: string;
  readonly name?: unknown;
  readonly email?: unknown;
}

/**
 * Whose access token it is, according to the Graph API. The token of another app is rejected: the operator of that app
 * could otherwise sign in here as its users.
 * Errors: identity_rejected, identity_provider_unavailable.
 */
export const createReadGraphUser =
  (settings: Settings, deps: Deps) =>
  async (accessToken: string, signal?: AbortSignal): Promise<GraphUser> => {
    const { appId, appSecret } = settings;
    const get = (path: string, query: Record<string, string>) =>
      request(settings, deps, { path, query, signal });

    // https://developers.facebook.com/docs/graph-api/reference/debug_token
    const inspected = debugSchema.safeParse(
      await get('debug_token', { input_token: accessToken, access_token: `${appId}|${appSecret}` }),
    );
    if (!inspected.success) throw rejected('debug_token: malformed');
    const token = inspected.data.data;
    if (!token.is_valid) throw rejected('debug_token: is_valid');
    if (token.app_id !== appId) throw rejected('debug_token: app_id');
    if (token.type !== 'USER') throw rejected('debug_token: type');
    if (token.expires_at <= seconds(deps.clock.now())) throw rejected('debug_token: expires_at');

    // https://developers.facebook.com/docs/graph-api/securing-requests
    const proof = createHmac('sha256', appSecret).update(accessToken).digest('hex');
    const me = meSchema.safeParse(
      await get('me', { fields: 'id,name,email', access_token: accessToken, appsecret_proof: proof }),
    );
    if (!me.success || me.data.id !== token.user_id) throw rejected('me: id');
    return me.data;
  };

interface GraphRequest {
  readonly path: string;
  readonly query: Record<string, string>;
  readonly signal: AbortSignal | undefined;
}

const request = async (
  { graphOrigin, graphVersion }: Settings,
  { fetch }: Deps,
  { path, query, signal }: GraphRequest,
): Promise<unknown> => {
  const url = `${graphOrigin}/${graphVersion}/${path}?${new URLSearchParams(query)}`;
  const response = await fetch(url, { method: 'GET', headers: { accept: 'application/json' }, signal });
  const body: unknown = await response.json().catch(() => undefined);
  if (response.status === 200 && body !== undefined) return body;
  throw graphError(path, response.status, body);
};

/** Graph errors are objects, `{error: {message, type, code}}`, and overload may come as a 400. */
export const graphError = (operation: string, status: number, body: unknown) => {
  const parsed = errorSchema.safeParse(body);
  const code = parsed.success ? parsed.data.error.code : undefined;
  const detail = `${operation}: status ${status}, code ${code ?? 'none'}`;
  const isTemporary =
    parsed.success && (parsed.data.error.is_transient === true || transient.has(parsed.data.error.code));
  return isTemporary || isOutage(status) || status === 200 ? unavailable(detail) : rejected(detail);
};
