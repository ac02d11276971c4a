import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import type { CheckSignIn } from '#src/flows/check-sign-in';
import type { Clock } from '#src/lib/clock';
import type { ExchangeStore, TokenExchange } from '#src/stores/expiring-ports';
import { factsOf, type KeptAnswer, type UnitOfWork } from '../request-facts.ts';
import { keptAnswerOf, keptAnswerSchema, repeatedBody, requestDigest } from './kept-answer.ts';
import { keepRedeemed } from './redemption-policy.ts';

interface Deps {
  readonly exchanges: Pick<ExchangeStore, 'commit' | 'findRedeemed'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds; 0 keeps no answers. */
  readonly lostAnswerLifetime: number;
  readonly checkSignIn: CheckSignIn;
}

/** What every one-time artifact of oidc-provider has; `exp` in seconds. */
const redeemedPayload = z.object({ grantId: z.string(), clientId: z.string(), exp: z.number() });

/**
 * A token request is one unit of work: what it redeems and what it issues is stored with its answer, in one step, after
 * oidc-provider has answered. Whoever asks for the same again, because the answer was lost or in a race, gets the same.
 */
export const createTokenAnswers = (deps: Deps): Koa.Middleware => {
  const { exchanges, clock, checkSignIn } = deps;

  const repeat = async (ctx: KoaContextWithOIDC, { grant, answer }: KeptAnswer): Promise<void> => {
    const kept = keptAnswerSchema.parse(answer);
    if (kept.request !== requestDigest(ctx.oidc.params) || !('signIn' in (await checkSignIn(grant)))) return;
    ctx.status = 200;
    ctx.body = repeatedBody(kept, clock.now());
  };

  const commit = async (ctx: KoaContextWithOIDC, unit: UnitOfWork): Promise<void> => {
    const now = clock.now();
    const exchange = exchangeOf(ctx, unit, { now, lostAnswerLifetime: deps.lostAnswerLifetime });
    if (await exchanges.commit(exchange, now)) return;
    ctx.status = 400;
    ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
    const { model, id } = unit.redeemed;
    const rival = await exchanges.findRedeemed(model, id, now);
    if (rival?.answer && rival.client === exchange.client)
      await repeat(ctx, { grant: rival.grant, answer: rival.answer });
  };

  return async (context, next) => {
    if (context.path !== '/token') return next();
    const ctx = context as KoaContextWithOIDC;
    const facts = factsOf(ctx);
    facts.receivedAt = clock.now();
    await next();
    const { unitOfWork, keptAnswer } = facts;
    if (ctx.status === 200 && unitOfWork?.consumed) await commit(ctx, unitOfWork);
    else if (keptAnswer) await repeat(ctx, keptAnswer);
  };
};

const exchangeOf = (
  ctx: KoaContextWithOIDC,
  { redeemed, payload, issued }: UnitOfWork,
  { now, lostAnswerLifetime }: { readonly now: number; readonly lostAnswerLifetime: number },
): TokenExchange => {
  const { grantId, clientId, exp } = redeemedPayload.parse(payload);
  return {
    redeemed,
    grant: grantId,
    client: clientId,
    issued,
    answer: keptAnswerOf(ctx, now),
    ...keepRedeemed(redeemed.model, { now, expiresAt: exp * 1000, lostAnswerLifetime }),
  };
};
