import { z } from 'zod';
import { type FindTrace, traceId } from '#src/flows/find-trace';
import { traceShape } from '#src/flows/trace';
import { fail } from '#src/lib/errors';
import type { Handler } from '../context.ts';
import { guard, guardOut } from '../guard.ts';

const parameters = z.object({ id: traceId });

const answer = traceShape.extend({ id: z.string(), at: z.iso.datetime() });

/** For support: what is kept of a request. Errors: gateway_not_found. */
export const createTraceHandler =
  ({ findTrace }: { readonly findTrace: FindTrace }): Handler =>
  async (ctx) => {
    const found = await findTrace(guard(parameters, ctx.params).id);
    if (!found)
      throw fail('gateway_not_found', {
        hint: 'nothing is kept of such a request: it succeeded, is older than traces.keptFor, or was one of too many',
      });
    ctx.body = guardOut(answer, { ...found, at: new Date(found.at).toISOString() });
  };
