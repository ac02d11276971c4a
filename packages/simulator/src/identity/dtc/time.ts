import { decodeJwt } from 'jose';
import type Koa from 'koa';
import { z } from 'zod';
import { type Clock, seconds, systemClock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { Signer, SignOptions } from '../signer.ts';

/** Seconds that simulated time is ahead of real time. */
export const createShift = (clock: Clock) => (): number => seconds(clock.now()) - seconds(systemClock.now());

const claimsSchema = z.record(z.string(), z.json());
const tokenAnswer = z.looseObject({ id_token: z.string() });

/** The claims of a token signed by oidc-provider, shifted to simulated time. */
export const shiftedClaims = (token: string, shift: number): JsonObject => {
  const claims = claimsSchema.parse(decodeJwt(token));
  for (const name of ['iat', 'exp', 'auth_time']) {
    const moment = claims[name];
    if (typeof moment === 'number') claims[name] = moment + shift;
  }
  return claims;
};

/** oidc-provider uses the system clock; its ID tokens are shifted to simulated time and signed again. */
export const shiftIdTokens =
  (
    shift: () => number,
    sign: (claims: JsonObject, options?: SignOptions) => ReturnType<Signer['sign']>,
  ): Koa.Middleware =>
  async (ctx, next) => {
    await next();
    const answer = tokenAnswer.safeParse(ctx.body);
    if (shift() === 0 || !answer.success) return;
    ctx.body = { ...answer.data, id_token: await sign(shiftedClaims(answer.data.id_token, shift())) };
  };
