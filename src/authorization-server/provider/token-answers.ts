import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import type { RecordStore } from '#src/stores/expiring-ports';
import { factsOf } from '../request-facts.ts';
import { repetitionWindow } from './redemption-policy.ts';

/** Identical requests within this time are a race that one of them wins; a lost answer is noticed later. */
const raceWindow = 1_000;

const answerSchema = z.object({ answeredAt: z.number(), body: z.record(z.string(), z.json()) });

interface Deps {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** Covers the whole request, credentials included: only its sender can send it again byte for byte. */
const requestKey = ({ headers, oidc }: KoaContextWithOIDC): string =>
  fingerprint(JSON.stringify([headers.authorization ?? null, Object.entries(oidc.body ?? {}).sort()]));

/**
 * Repeats a token answer that was lost on the way, for an identical request between one and ten seconds after the first.
 */
export const createTokenAnswers =
  ({ records, clock }: Deps): Koa.Middleware =>
  async (context, next) => {
    if (context.path !== '/token') return next();
    const receivedAt = clock.now();
    await next();
    const ctx = context as KoaContextWithOIDC;
    if (ctx.status === 200) {
      const answeredAt = clock.now();
      const value: JsonObject = { answeredAt, body: ctx.body as JsonObject };
      await records.put('token-answer', requestKey(ctx), { value, expiresAt: answeredAt + repetitionWindow });
    } else if (factsOf(ctx).redemptionRepeated) {
      const stored = await records.get('token-answer', requestKey(ctx), clock.now());
      const answer = stored === undefined ? undefined : answerSchema.parse(stored);
      if (!answer || receivedAt - answer.answeredAt < raceWindow) return;
      ctx.status = 200;
      ctx.body = answer.body;
    }
  };
