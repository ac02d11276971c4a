import { z } from 'zod';
import type { IntrospectServiceToken } from '#src/flows/introspect-service-token';
import { readForm } from '../body.ts';
import type { Handler } from '../context.ts';
import { guard, guardOut } from '../guard.ts';

interface Deps {
  readonly introspectServiceToken: IntrospectServiceToken;
}

const requestSchema = z.object({ token: z.string().min(1, 'must be a service token') });

const key = { kid: z.string().optional(), key_state: z.string().optional() };
const answerSchema = z.discriminatedUnion('active', [
  z.strictObject({
    active: z.literal(true),
    token_type: z.literal('ad-service-token'),
    families: z.array(z.string()),
    iss: z.string(),
    sub: z.string(),
    aud: z.string(),
    iat: z.number(),
    exp: z.number(),
    jti: z.string(),
    ...key,
  }),
  z.strictObject({ active: z.literal(false), reasons: z.array(z.string()).min(1), ...key }),
]);

/** Whether a service token of ours is valid, and why not (RFC 7662). */
export const createIntrospectionHandler =
  ({ introspectServiceToken }: Deps): Handler =>
  async (ctx) => {
    const { token } = guard(requestSchema, await readForm(ctx));
    ctx.body = guardOut(answerSchema, await introspectServiceToken(token));
  };
