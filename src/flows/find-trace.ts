import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { RecordStore } from '#src/stores/expiring-ports';
import { type Trace, traceShape } from './trace.ts';

/** An id that an app may have been shown: of the gateway, or of Adobe. */
export const traceId = z.string().regex(/^[\w-]{8,64}$/, 'must be the id of a request');

interface Deps {
  readonly records: Pick<RecordStore, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface FoundTrace extends Trace {
  readonly id: string;
}

/** Where the id is Adobe's: that of the request. */
const alias = z.strictObject({ request: z.string() });

/** What is kept of a request, by its id or by Adobe's id of the call that failed; undefined if nothing is. */
export const createFindTrace =
  ({ records, clock }: Deps) =>
  async (asked: string): Promise<FoundTrace | undefined> => {
    const read = (id: string) => records.get('trace', id, clock.now());
    const first = await read(asked);
    const id = alias.safeParse(first).data?.request ?? asked;
    const trace = traceShape.safeParse(id === asked ? first : await read(id)).data;
    return trace && { id, ...trace };
  };

export type FindTrace = ReturnType<typeof createFindTrace>;
