import { decodeJwt } from 'jose';
import type Koa from 'koa';
import { z } from 'zod';
import { type Clock, seconds, systemClock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { Signer, SignOptions } from '../signer.ts';

/** How far the world is ahead of the machine, in seconds. */
export const createShift = (clock: Clock) => (): number => seconds(clock.now()) - seconds(systemClock.now());

const claimsSchema = z.record(z.string(), z.json());
const tokenAnswer = z.looseObject({ id_token: z.string() });

/** The claims of a token that oidc-provider signed, moved to the world's time. */
export const movedClaims = (token: string, shift: number): JsonObject => {
  const claims = claimsSchema.parse(decodeJwt(token));
  for (const name of ['iat', 'exp', 'auth_time']) {
    const moment = claims[name];
    if (typeof moment === 'number') claims[name] = moment + shift;
  }
  return claims;
};

/** oidc-provider reads the machine's clock; its ID tokens are moved to the world's time and signed again. */
export const keepTime =
  (
    shift: () => number,
    sign: (claims: JsonObject, options?: SignOptions) => ReturnType<Signer['sign']>,
  ): Koa.Middleware =>
  async (ctx, next) => {
    await next();
    const answer = tokenAnswer.safeParse(ctx.body);
    if (shift() === 0 || !answer.success) return;
    ctx.body = { ...answer.data, id_token: await sign(movedClaims(answer.data.id_token, shift())) };
  };
