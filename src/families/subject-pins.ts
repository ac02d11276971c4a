import { z } from 'zod';
import { fail } from '#src/lib/errors';
import type { SubjectEntry } from '#src/stores/subject-ports';

const claim = { strategy: z.literal('claim'), provider: z.string(), claim: z.string() };

/** How subjects are made; for hashed claims also with which version of the secret, the same for all accounts. */
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
  z.strictObject({ event: z.literal('introduced') }),
]);

/**
 * A confirmed decision: how a family's subjects are made, or which secret a version is; or that a secret was created; or
 * that the database is older than the journal, whose first entry says so.
 */
export type SubjectEvent = z.output<typeof eventSchema>;

export type FamilyPin = Extract<SubjectEvent, { event: 'family' }>;

/** The current state: by family, and the fingerprint of each version of the secret. */
export interface SubjectPins {
  readonly families: ReadonlyMap<string, FamilyPin>;
  readonly secrets: ReadonlyMap<number, string>;
  /** Whether accounts may be older than every entry: until the first start after the journal was introduced. */
  readonly introduced: boolean;
}

/** The last entry about a family or version wins. Errors: store_invalid. Pure. */
export const pinsOf = (journal: readonly SubjectEntry[]): SubjectPins => {
  const [families, secrets] = [new Map<string, FamilyPin>(), new Map<number, string>()];
  const events = journal.map(eventOf);
  for (const event of events) {
    if (event.event === 'family') families.set(event.family, event);
    if (event.event === 'secret') secrets.set(event.version, event.fingerprint);
  }
  const undecided = families.size + secrets.size === 0;
  return { families, secrets, introduced: undecided && events[0]?.event === 'introduced' };
};

export const eventOf = ({ event }: SubjectEntry): SubjectEvent => {
  const result = eventSchema.safeParse(event);
  if (result.success) return result.data;
  throw fail('store_invalid', {
    field: 'store.file',
    hint: 'The journal of subjects has an entry of a newer Kinpass. Upgrade Kinpass.',
    cause: result.error,
  });
};

/** A strategy, for operators. */
export const strategyText = (strategy: SubjectStrategy): string => {
  if (strategy.strategy === 'account') return 'account';
  const { provider, claim: name, as } = strategy;
  return `claim ${name} of ${provider}, ${as === 'plain' ? 'as it is' : `hashed with version ${strategy.version}`}`;
};
