/**
 * The import of accounts and Adobe credentials from JSON lines. Owns what a line means, what is refused, and that nothing
 * which is there changes. Refuses files and processes: it takes texts, and reports what becomes of them.
 */
import type { Config } from '#src/config/schema';
import type { SubjectSecrets } from '#src/config/secrets/subject-secrets';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import type { AccountStore, ImportKeys, ImportStore } from '#src/stores/ports';
import { createSubjectOf, importedVersion } from '../subject.ts';
import type { Rules } from './batch.ts';
import { type LineFault, maxLineLength, parseLine } from './line.ts';
import { indexMadeSubjects, looksMade } from './made-subjects.ts';
import { type Plan, planBatch } from './plan.ts';
import type { Refusal } from './refusal.ts';
import type { SeenIndex } from './seen.ts';
import { createWishOf, type Wish } from './wish.ts';

interface Deps {
  readonly config: Pick<Config, 'apps' | 'families' | 'identityProviders'>;
  readonly store: ImportStore;
  readonly accounts: Pick<AccountStore, 'list'>;
  /** Every version that accounts have their subjects from. */
  readonly secrets: SubjectSecrets;
  readonly index: SeenIndex;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
}

export interface ImportCounts {
  readonly lines: number;
  readonly accounts: number;
  /** With those of accounts that were there. */
  readonly identities: number;
  readonly subjects: number;
  readonly credentials: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** A line as it was read; `text` is undefined for one that is too long or not UTF-8. */
export interface SourceLine {
  readonly number: number;
  readonly text: string | undefined;
}

export interface ImportRun {
  readonly lines: AsyncIterable<SourceLine>;
  /** Decides about every line, and writes nothing. */
  readonly dryRun: boolean;
  readonly refused: (line: number, refusal: Refusal) => void;
  /** After each batch is stored. */
  readonly progress: (counts: ImportCounts) => void;
}

/** Lines in one transaction. */
const batchSize = 200;
const maxAttempts = 10;

const nothing: ImportCounts = {
  lines: 0,
  accounts: 0,
  identities: 0,
  subjects: 0,
  credentials: 0,
  unchanged: 0,
  refused: 0,
};

/**
 * Adds what lines say, in batches of one transaction. A line that says what is there already changes nothing, so a run that
 * was interrupted is completed by the same run again. Errors: gateway_unavailable, store_invalid.
 */
export const createImportLines = (deps: Deps) => {
  const readWish = createReadWish(deps.config);
  const storeBatch = createStoreBatch(deps);

  return async ({ lines, dryRun, refused, progress }: ImportRun): Promise<ImportCounts> => {
    let counts = nothing;
    for await (const batch of batches(lines)) {
      const wanted = batch.map((line) => ({ line: line.number, wish: readWish(line) }));
      const plan = await storeBatch(
        wanted.flatMap(({ wish }) => ('kind' in wish ? [wish] : [])),
        dryRun,
      );
      const decided = new Map(plan.outcomes.map(({ wish, outcome }) => [wish.line, outcome]));
      const refusals = wanted.flatMap(({ line, wish }) => {
        const outcome = 'kind' in wish ? decided.get(line) : wish;
        return typeof outcome === 'object' ? [{ line, refusal: outcome }] : [];
      });
      for (const { line, refusal } of refusals) refused(line, refusal);
      counts = sumOf(counts, plan, { lines: batch.length, refused: refusals.length });
      progress(counts);
    }
    return counts;
  };
};

const createReadWish = (config: Deps['config']) => {
  const wishOf = createWishOf(config);
  return ({ number, text }: SourceLine): Wish | Refusal => {
    const line = text === undefined ? unreadable : parseLine(text);
    return 'hint' in line ? { code: 'line_invalid', ...line } : wishOf(line, number);
  };
};

const unreadable: LineFault = {
  field: '',
  hint: `must be UTF-8 of at most ${maxLineLength.toLocaleString('en-US')} bytes`,
};

async function* batches(lines: AsyncIterable<SourceLine>): AsyncGenerator<SourceLine[]> {
  let batch: SourceLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const createStoreBatch = (deps: Deps) => {
  const { store, index } = deps;
  const rules = rulesOf(deps);
  let areMadeIndexed = false;

  return async (wishes: readonly Wish[], dryRun: boolean): Promise<Plan> => {
    if (!areMadeIndexed && wishes.some((wish) => wish.kind === 'account' && looksMade(wish.subject))) {
      await indexMadeSubjects(deps);
      areMadeIndexed = true;
    }
    const keys = keysOf(wishes);
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const found = await store.find(keys);
      const plan = planBatch(wishes, { found, before: index.get, rules });
      if (dryRun || isEmpty(plan) || (await store.add(plan.rows))) {
        index.put(plan.notes);
        return plan;
      }
    }
    throw fail('gateway_unavailable', { retryAfter: 1, detail: 'sign-ins kept changing what is imported' });
  };
};

const isEmpty = ({ rows }: Plan): boolean => Object.values(rows).every((some) => some.length === 0);

const rulesOf = ({ secrets, clock, ids }: Deps): Rules => {
  const now = clock.now();
  const newest = Math.max(...secrets.keys());
  return {
    now,
    subjectOf: ({ account, importedSubject }) => {
      const secret = secrets.get(account.subjectVersion);
      if (importedSubject !== null) return importedSubject;
      if (secret) return createSubjectOf(secret)(account.family, account.id);
      throw fail('keys_invalid', {
        detail: `version ${account.subjectVersion} of the subject secret is missing`,
      });
    },
    newAccount: (family, hasSubject) => ({
      id: ids.uuid(),
      family,
      createdAt: now,
      subjectVersion: hasSubject ? importedVersion : newest,
      endedAt: null,
    }),
    newInstance: (instance) => ({
      ...instance,
      origin: 'registered',
      statementHash: null,
      redirectUri: null,
      createdAt: now,
      seenAt: now,
    }),
  };
};

const keysOf = (wishes: readonly Wish[]): ImportKeys => {
  const accounts = wishes.filter((wish) => wish.kind === 'account');
  const credentials = wishes.filter((wish) => wish.kind === 'credentials');
  return {
    identities: [
      ...accounts.flatMap(({ identities }) => identities),
      ...credentials.flatMap(({ viewer }) => viewer ?? []),
    ],
    subjects: accounts.flatMap(({ family, subject }) => (subject === undefined ? [] : [{ family, subject }])),
    instances: credentials.map(({ clientId }) => clientId),
    pairs: credentials.map(({ pair }) => pair),
    places: credentials.flatMap(({ app, device, viewer }) => (viewer ? [{ app, device }] : [])),
  };
};

const sumOf = (
  before: ImportCounts,
  { outcomes, rows }: Plan,
  { lines, refused }: Pick<ImportCounts, 'lines' | 'refused'>,
): ImportCounts => ({
  lines: before.lines + lines,
  accounts: before.accounts + rows.accounts.length,
  identities: before.identities + rows.identities.length,
  subjects: before.subjects + rows.subjects.length,
  credentials: before.credentials + rows.pairs.length,
  unchanged: before.unchanged + outcomes.filter(({ outcome }) => outcome === 'unchanged').length,
  refused: before.refused + refused,
});
