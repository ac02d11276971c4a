import type { ImportFindings, ImportRows } from '#src/stores/ports';
import type { Batch, Outcome, Rules } from './batch.ts';
import { planAccount } from './plan-account.ts';
import { planCredentials } from './plan-credentials.ts';
import { type Seen, seenKeys } from './seen.ts';
import type { Wish } from './wish.ts';

export interface Plan {
  readonly outcomes: readonly { readonly wish: Wish; readonly outcome: Outcome }[];
  readonly rows: ImportRows;
  readonly notes: ReadonlyMap<string, Seen>;
}

interface Given {
  readonly found: ImportFindings;
  readonly before: (key: string) => Seen | undefined;
  readonly rules: Rules;
}

/** Decides about each line in turn. Pure. */
export const planBatch = (wishes: readonly Wish[], { found, before, rules }: Given): Plan => {
  const notes = new Map<string, Seen>();
  const owners = new Map(
    found.accounts.flatMap((owner) =>
      owner.identities.map((identity) => [
        seenKeys.identity({ family: owner.account.family, ...identity }),
        owner,
      ]),
    ),
  );
  const seen = (key: string) => notes.get(key) ?? before(key);
  const batch: Batch = {
    found,
    rows: { accounts: [], identities: [], subjects: [], instances: [], pairs: [] },
    seen,
    note: (key, said) => notes.set(key, said),
    ownerOf: (identity) => owners.get(seenKeys.identity(identity)),
    accountOf: (identity) => {
      const key = seenKeys.identity(identity);
      return owners.get(key)?.account.id ?? seen(key)?.account;
    },
  };
  const outcomes = wishes.map((wish) => ({
    wish,
    outcome: wish.kind === 'account' ? planAccount(wish, batch, rules) : planCredentials(wish, batch, rules),
  }));
  return { outcomes, rows: batch.rows, notes };
};
