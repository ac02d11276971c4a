import type Router from '@koa/router';
import { z } from 'zod';
import type { Revocations } from '#src/families/revocations';
import type { LiftRevocation, Revoke } from '#src/flows/revoke';
import { fail } from '#src/lib/errors';
import { readJson } from '../body.ts';
import type { GatewayState } from '../context.ts';
import { guard, guardOut } from '../guard.ts';

interface Deps {
  readonly revoke: Revoke;
  readonly liftRevocation: LiftRevocation;
  readonly listRevocations: Revocations['list'];
}

const plain = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'must have no control characters');

const key = {
  kind: z.enum(['account', 'instance', 'jti']),
  id: plain(255).min(1, 'must not be empty'),
};
const keySchema = z.object(key);
const revocationSchema = z.object({ ...key, reason: plain(500).default('') });

const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.coerce.number().int().positive().optional(),
});

const shown = z
  .object({ ...key, reason: z.string(), at: z.number() })
  .transform(({ at, ...rest }) => ({ ...rest, at: new Date(at).toISOString() }));

/** On the admin listener: what must not be served any more. */
export const revocationRoutes = (
  router: Router<GatewayState>,
  { revoke, liftRevocation, listRevocations }: Deps,
): void => {
  router.post('/revocations', async (ctx) => {
    ctx.body = guardOut(shown, await revoke(guard(revocationSchema, await readJson(ctx))));
  });

  router.delete('/revocations', async (ctx) => {
    if (!(await liftRevocation(guard(keySchema, { ...ctx.query })))) throw fail('gateway_not_found');
    ctx.status = 204;
  });

  router.get('/revocations', async (ctx) => {
    const { revocations, next } = await listRevocations(guard(pageSchema, { ...ctx.query }));
    ctx.body = { revocations: guardOut(z.array(shown), [...revocations]), ...(next && { next }) };
  });
};
