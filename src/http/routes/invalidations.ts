import { type Invalidate, invalidationRequest } from '#src/flows/invalidate';
import { operatorOf } from '../admin-tokens.ts';
import { readJson } from '../body.ts';
import type { Handler } from '../context.ts';
import { guard } from '../guard.ts';
import { reason } from './reason.ts';

const requestSchema = invalidationRequest(reason);

/** Status 204. */
export const createInvalidationHandler =
  ({ invalidate }: { readonly invalidate: Invalidate }): Handler =>
  async (ctx) => {
    await invalidate(guard(requestSchema, await readJson(ctx)), operatorOf(ctx));
    ctx.status = 204;
  };
