import type { Result } from './read-response.ts';

/** One query to an MVPD and its outcome, as Adobe logs it for reports. */
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
  /** Null without a decision; `fault` then gives the reason. */
  readonly decision: Result['decision'] | null;
  readonly fault: string | null;
  readonly statusCode: string | null;
  readonly statusMessage: string | null;
  /** ObligationIds that came with the decision. */
  readonly obligations: readonly string[];
  /** Whether the MVPD asked for the transaction to be logged. */
  readonly logged: boolean;
  readonly permit: boolean;
  /** Time to live of a permit, in milliseconds. */
  readonly ttl: number | null;
  /** The code of the enhanced error sent to the app. */
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
