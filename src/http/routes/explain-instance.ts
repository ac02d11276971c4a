import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { ExplainInstance } from '#src/flows/explain-instance';
import type { Handler } from '../context.ts';
import { guard, guardOut } from '../guard.ts';
import { sharingAnswer } from '../v1-explain.ts';
import { shown } from './explain.ts';

const id = z.string().min(1).max(255);
const questionSchema = z.object({
  instance: id,
  account: id.optional(),
  serviceProvider: adobeId,
  mvpd: adobeId.optional(),
});

/** For support: why an instance finds no profile of its viewer. */
export const createExplainInstanceHandler =
  ({ explainInstance }: { readonly explainInstance: ExplainInstance }): Handler =>
  async (ctx) => {
    const question = guard(questionSchema, { ...ctx.query });
    ctx.body = guardOut(sharingAnswer, shown(await explainInstance(question)));
  };
