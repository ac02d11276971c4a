import { z } from 'zod';
import { duration } from '../values.ts';

export const tracesSchema = z
  .strictObject({
    keptFor: duration('1h', '30d')
      .prefault('7d')
      .describe(
        'How long `kinpass trace` finds what was asked with a request that failed, and where it ended',
      ),
    sampled: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('Share of the requests that succeed of which the same is kept, such as 0.01'),
    perSecond: z
      .number()
      .min(0)
      .max(100)
      .default(5)
      .describe(
        'Requests a second of which that is kept at most, in each process, on average: one row each, some 500 bytes. As many of callers that are not known. 0: none',
      ),
  })
  .prefault({});
