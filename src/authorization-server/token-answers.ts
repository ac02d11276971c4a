import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import type { RecordStore } from '#src/stores/ports';

/** How long a lost answer can be asked for again, and a second use counts as a retry instead of theft. */
export const retryWindow = 10_000;
/** Identical requests of one burst are rivals, of which one wins; who lost an answer notices no sooner than this. */
const burst = 1_000;

const answerSchema = z.object({ answeredAt: z.number(), body: z.record(z.string(), z.json()) });

interface Deps {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** The whole request, credentials included: whoever sends it again byte for byte is who sent it first. */
const identityOf = ({ headers, oidc }: KoaContextWithOIDC): string =>
  fingerprint(JSON.stringify([headers.authorization ?? null, Object.entries(oidc.body ?? {}).sort()]));

/**
 * A token answer that was lost on the way is given again to the identical request, from one second to ten after
 * it was first given.
 */
export const createTokenAnswers =
  ({ records, clock }: Deps): Koa.Middleware =>
  async (context, next) => {
    if (context.path !== '/token') return next();
    const askedAt = clock.now();
    await next();
    const ctx = context as KoaContextWithOIDC;
    if (ctx.status === 200) {
      const answeredAt = clock.now();
      const value: JsonObject = { answeredAt, body: ctx.body as JsonObject };
      await records.put('token-answer', identityOf(ctx), { value, expiresAt: answeredAt + retryWindow });
    } else if (ctx.state['usedMomentAgo']) {
      const stored = await records.get('token-answer', identityOf(ctx));
      const answer = stored === undefined ? undefined : answerSchema.parse(stored);
      if (!answer || askedAt - answer.answeredAt < burst) return;
      ctx.status = 200;
      ctx.body = answer.body;
    }
  };
