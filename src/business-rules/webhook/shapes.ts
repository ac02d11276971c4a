import { z } from 'zod';
import { decisionSources, profileTypes } from '#src/config/business-rules/rule-schema';
import { perLanguage } from '#src/config/per-language';

/** What the webhook is asked: nothing that it does not need, never a token. */
export const questionShape = z.strictObject({
  subject: z.string().nullable(),
  app: z.string(),
  serviceProvider: z.string(),
  mvpd: z.string(),
  country: z.string().nullable(),
  permits: z.array(
    z.strictObject({
      resource: z.string(),
      source: z.enum(decisionSources),
      profile: z.enum(profileTypes),
    }),
  ),
});

const verdict = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('permit') }),
  z.object({
    decision: z.literal('deny'),
    reason: z.enum(['concurrency', 'other']).default('other'),
    text: perLanguage(z.string().trim().min(1).max(500)).optional(),
    retryAfter: z.number().int().min(1).max(86_400).optional(),
  }),
]);

/** Its answer, in the order of the permits. What it says besides is ignored. */
export const answerShape = z.object({ decisions: z.array(verdict).max(10_000) });

export type Question = z.input<typeof questionShape>;
export type Verdict = z.output<typeof verdict>;
