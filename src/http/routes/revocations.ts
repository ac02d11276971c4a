import { z } from 'zod';
import type { Revocations } from '#src/families/revocations';
import type { LiftRevocation, Revoke } from '#src/flows/revoke';
import { fail } from '#src/lib/errors';
import { isPlainText } from '#src/lib/text';
import { operatorOf } from '../admin-tokens.ts';
import { readJson } from '../body.ts';
import { guard, guardOut } from '../guard.ts';
import type { AdminHandlers } from '../paths.ts';
import { oneLine, reason } from './reason.ts';

interface Deps {
  readonly revoke: Revoke;
  readonly liftRevocation: LiftRevocation;
  readonly listRevocations: Revocations['list'];
}

const kind = z.enum(['account', 'instance', 'jti']);
const id = z.string().max(255).refine(isPlainText, oneLine);
const requestSchema = z.object({ kind, id, reason });

const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.coerce.number().int().min(1).optional(),
});

const shown = z
  .object({ kind, id: z.string(), reason: z.string(), at: z.number() })
  .transform(({ at, ...rest }) => ({ ...rest, at: new Date(at).toISOString() }));

export const createRevocationHandlers = ({
  revoke,
  liftRevocation,
  listRevocations,
}: Deps): Pick<AdminHandlers, 'revoke' | 'liftRevocation' | 'listRevocations'> => ({
  revoke: async (ctx) => {
    ctx.body = guardOut(shown, await revoke(guard(requestSchema, await readJson(ctx)), operatorOf(ctx)));
  },

  liftRevocation: async (ctx) => {
    if (!(await liftRevocation(guard(requestSchema, { ...ctx.query }), operatorOf(ctx))))
      throw fail('gateway_not_found');
    ctx.status = 204;
  },

  listRevocations: async (ctx) => {
    const { revocations, next } = await listRevocations(guard(pageSchema, { ...ctx.query }));
    ctx.body = { revocations: guardOut(z.array(shown), [...revocations]), ...(next && { next }) };
  },
});
