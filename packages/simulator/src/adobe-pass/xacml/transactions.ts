import type { Result } from './read-response.ts';

/** One question to an MVPD and what came of it, as Adobe keeps it for reports. */
export interface Transaction {
  /** ISO 8601. */
  readonly at: string;
  readonly mvpd: string;
  readonly serviceProvider: string;
  readonly userId: string;
  /** The device's address. */
  readonly address: string;
  readonly preflight: boolean;
  readonly resource: string;
  /** Null when no decision came; `fault` then says why. */
  readonly decision: Result['decision'] | null;
  readonly fault: string | null;
  readonly statusCode: string | null;
  readonly statusMessage: string | null;
  /** ObligationIds that came with the decision. */
  readonly obligations: readonly string[];
  /** Whether the MVPD asked for the transaction to be logged. */
  readonly logged: boolean;
  readonly permit: boolean;
  /** Milliseconds that a permit holds. */
  readonly ttl: number | null;
  /** The enhanced error that the app was told. */
  readonly code: string | null;
}

/** The last decisions, oldest first. */
export const createTransactions = ({ max = 1_000 }: { max?: number } = {}) => {
  let entries: Transaction[] = [];
  return {
    add: (transaction: Transaction): void => {
      entries.push(transaction);
      if (entries.length >= 2 * max) entries = entries.slice(-max);
    },
    list: (): readonly Transaction[] => entries.slice(-max),
    clear: (): void => {
      entries = [];
    },
  };
};

export type Transactions = ReturnType<typeof createTransactions>;
