import { z } from 'zod';
import { type ResetTempPass, resetRequest } from '#src/flows/reset-temppass';
import { operatorOf } from '../admin-tokens.ts';
import { readJson } from '../body.ts';
import type { Handler } from '../context.ts';
import { guard } from '../guard.ts';
import { reason } from './reason.ts';

const requestSchema = resetRequest.and(z.object({ reason }));

/** Status 204. */
export const createTempPassResetHandler =
  ({ resetTempPass }: { readonly resetTempPass: ResetTempPass }): Handler =>
  async (ctx) => {
    await resetTempPass(guard(requestSchema, await readJson(ctx)), operatorOf(ctx));
    ctx.status = 204;
  };
