import { z } from 'zod';
import { fail } from '#src/lib/errors';
import type { SubjectEntry } from '#src/stores/ports';

const claim = { strategy: z.literal('claim'), provider: z.string(), claim: z.string() };

/** How subjects come to be; of hashed claims also with which version of the secret, the same for all accounts. */
const strategySchema = z.union([
  z.strictObject({ strategy: z.literal('account') }),
  z.strictObject({ ...claim, as: z.literal('plain') }),
  z.strictObject({ ...claim, as: z.literal('hashed'), version: z.int() }),
]);

export type SubjectStrategy = z.output<typeof strategySchema>;

const eventSchema = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('family'),
    family: z.string(),
    issuer: z.string(),
    subject: strategySchema,
  }),
  z.strictObject({ event: z.literal('secret'), version: z.int(), fingerprint: z.string() }),
  z.strictObject({ event: z.literal('made'), version: z.int(), fingerprint: z.string() }),
]);

/** What was settled: how a family's subjects are made, or which secret a version is; and who made a secret. */
export type SubjectEvent = z.output<typeof eventSchema>;

export type FamilyPin = Extract<SubjectEvent, { event: 'family' }>;

/** What stands: by family, and the fingerprint of each version of the secret. */
export interface SubjectPins {
  readonly families: ReadonlyMap<string, FamilyPin>;
  readonly secrets: ReadonlyMap<number, string>;
}

/** The last word on everything wins. Errors: store_invalid. Pure. */
export const pinsOf = (journal: readonly SubjectEntry[]): SubjectPins => {
  const [families, secrets] = [new Map<string, FamilyPin>(), new Map<number, string>()];
  for (const event of journal.map(eventOf)) {
    if (event.event === 'family') families.set(event.family, event);
    if (event.event === 'secret') secrets.set(event.version, event.fingerprint);
  }
  return { families, secrets };
};

export const eventOf = ({ event }: SubjectEntry): SubjectEvent => {
  const result = eventSchema.safeParse(event);
  if (result.success) return result.data;
  throw fail('store_invalid', {
    field: 'store.file',
    hint: 'The journal of subjects has an entry that this Kinpass does not know. Start the newer one.',
    cause: result.error,
  });
};

/** A strategy as an operator reads it. */
export const strategyText = (strategy: SubjectStrategy): string => {
  if (strategy.strategy === 'account') return 'account';
  const { provider, claim: name, as } = strategy;
  return `claim ${name} of ${provider}, ${as === 'plain' ? 'as it is' : `hashed with version ${strategy.version}`}`;
};
