import { createHmac, createSecretKey } from 'node:crypto';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { rejected } from './errors.ts';
import type { AskGraph } from './graph-request.ts';

interface Deps {
  readonly appId: string;
  readonly appSecret: string;
  readonly ask: AskGraph;
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

/** `expires_at` of a token that never expires. */
const never = 0;

const meSchema = z.object({ id: idSchema, name: z.unknown().optional(), email: z.unknown().optional() });

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
export const createReadGraphUser = ({ appId, appSecret, ask, clock }: Deps) => {
  const proofKey = createSecretKey(appSecret, 'utf8');
  return async (accessToken: string, signal?: AbortSignal): Promise<GraphUser> => {
    // https://developers.facebook.com/docs/graph-api/reference/debug_token
    const inspected = debugSchema.safeParse(
      await ask('debug_token', { input_token: accessToken, access_token: `${appId}|${appSecret}` }, signal),
    );
    if (!inspected.success) throw rejected('debug_token: malformed');
    const token = inspected.data.data;
    if (!token.is_valid) throw rejected('debug_token: is_valid');
    if (token.app_id !== appId) throw rejected('debug_token: app_id');
    if (token.type !== 'USER') throw rejected('debug_token: type');
    if (token.expires_at !== never && token.expires_at <= seconds(clock.now()))
      throw rejected('debug_token: expires_at');

    // https://developers.facebook.com/docs/graph-api/securing-requests
    const proof = createHmac('sha256', proofKey).update(accessToken).digest('hex');
    const me = meSchema.safeParse(
      await ask('me', { fields: 'id,name,email', access_token: accessToken, appsecret_proof: proof }, signal),
    );
    if (!me.success || me.data.id !== token.user_id) throw rejected('me: id');
    return me.data;
  };
};
