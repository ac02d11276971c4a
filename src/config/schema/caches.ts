import { z } from 'zod';

const size = z.number().int().min(1).max(1_000_000);

/** Entries that each process keeps in memory; bench/caches.ts measures what they take. */
export const cachesSchema = z
  .strictObject({
    callers: size
      .default(20_000)
      .describe('Access and client tokens whose caller each process keeps in memory, some 2 KB each'),
    tokens: size
      .default(10_000)
      .describe(
        'Viewers whose service token and Adobe access token each process keeps in memory, some 2 KB each',
      ),
    answers: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(64)
      .describe("Adobe's answers that each process keeps in memory (`knownAnswers`), in MB"),
  })
  .prefault({});
