/** One request of a history; times by the monotonic clock. */
export interface Entry {
  /** The sign-in that it belongs to. */
  readonly signIn: string;
  readonly operation: 'exchange' | 'call' | 'end';
  readonly began: number;
  readonly ended: number;
  /** `refused`: the gateway rejected the code or token. `unknown`: no response, or an inconclusive one. */
  readonly outcome: 'done' | 'refused' | 'unknown';
  /** Of an exchange: the code or token that was sent, and the tokens that came back. */
  readonly spent?: string;
  readonly gained?: string;
  /** Of a call: whether it was answered for the viewer of its sign-in. */
  readonly isOwn?: boolean;
}

export interface Violations {
  /** Codes and tokens that were redeemed with different results. */
  readonly spentTwice: readonly string[];
  /** Sign-ins that were served later than the allowed delay after their sign-out was acknowledged. */
  readonly servedAfterEnd: readonly string[];
  /** Acknowledged sign-ins that were refused before a sign-out was requested. */
  readonly lost: readonly string[];
  /** Calls that were answered for another viewer. */
  readonly foreign: readonly string[];
}

/**
 * Models a sign-in as a register, set from the first exchange until the sign-out. The history of a sign-in is valid if it is
 * linearizable: each request takes effect at one moment between its start and its response. After an acknowledged sign-out,
 * other nodes may serve it for another `delay` ms. Pure.
 */
export const check = (history: readonly Entry[], delay: number): Violations => {
  const gains = new Map<string, Set<string>>();
  for (const { spent, gained } of history)
    if (spent !== undefined && gained !== undefined)
      gains.set(spent, (gains.get(spent) ?? new Set()).add(gained));

  const bySignIn = Map.groupBy(history, ({ signIn }) => signIn);
  const select = (isViolated: (entries: readonly Entry[]) => boolean): string[] =>
    [...bySignIn].filter(([, entries]) => isViolated(entries)).map(([signIn]) => signIn);

  return {
    spentTwice: [...gains].filter(([, gained]) => gained.size > 1).map(([spent]) => spent),
    servedAfterEnd: select((entries) => {
      const acknowledged = Math.min(...ends(entries, 'done').map(({ ended }) => ended));
      return entries.some(
        ({ operation, outcome, began }) =>
          operation !== 'end' && outcome === 'done' && began > acknowledged + delay,
      );
    }),
    lost: select((entries) => {
      const begun = Math.min(...ends(entries).map(({ began }) => began));
      const gained = Math.min(
        ...entries.filter(({ gained: tokens }) => tokens !== undefined).map(({ ended }) => ended),
      );
      return entries.some(
        ({ operation, outcome, began, ended }) =>
          operation !== 'end' && outcome === 'refused' && began > gained && ended < begun,
      );
    }),
    foreign: select((entries) => entries.some(({ isOwn }) => isOwn === false)),
  };
};

const ends = (entries: readonly Entry[], outcome?: Entry['outcome']): readonly Entry[] =>
  entries.filter(
    (entry) => entry.operation === 'end' && (outcome === undefined || entry.outcome === outcome),
  );
