import type Koa from 'koa';
import { z } from 'zod';
import type { Checks } from '#src/identity/provider';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { fingerprint, type Ids } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import type { RecordStore } from '#src/stores/expiring-ports';
import type { CookieNames } from '../provider/cookies.ts';
import { type Requested, requestedSchema } from './requested.ts';

const lifetime = 600_000;

const transactionSchema = z.object({
  uid: z.string(),
  provider: z.string(),
  checks: z.object({
    state: z.string(),
    nonce: z.string(),
    codeVerifier: z.string(),
    // Absent in transactions of an earlier version, which ask for no proof of age.
    begunAt: z.number().default(0),
  }),
  /** What was asked of the provider: its answer is checked against it. */
  request: requestedSchema.default({}),
});
export type Transaction = z.infer<typeof transactionSchema>;

interface Deps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly names: Pick<CookieNames, 'transaction'>;
}

interface Opening {
  readonly uid: string;
  readonly provider: string;
  readonly checks: Checks;
  readonly request: Requested;
}

/** The transaction is found only with all of these. */
const keyOf = ({ state, browser, provider }: Record<'state' | 'browser' | 'provider', string>): string =>
  fingerprint(compositeKey(state, browser, provider));

/** What is kept while the viewer is at an identity provider: usable once, within ten minutes, in one browser. */
export const createTransactions = ({ records, clock, ids, names }: Deps) => ({
  open: async (ctx: Koa.Context, input: Opening): Promise<void> => {
    const known = ctx.cookies.get(names.transaction, { signed: false });
    // Two tabs of one browser share the cookie, so that neither breaks the other's sign-in.
    const browser = known && /^[\w-]{43}$/.test(known) ? known : ids.secret();
    ctx.cookies.set(names.transaction, browser, {
      signed: false,
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      maxAge: lifetime,
    });
    const value = { ...input, checks: { ...input.checks }, request: { ...input.request } };
    await records.put('transaction', keyOf({ ...input, browser, state: input.checks.state }), {
      value,
      expiresAt: clock.now() + lifetime,
    });
  },

  /**
   * Removes and returns the transaction, for one request in the browser that began it: a link scanner or another browser
   * takes nothing away, nor does the callback of another provider. Errors: sign_in_expired.
   */
  take: async (ctx: Koa.Context, provider: string): Promise<Transaction> => {
    const { state } = ctx.query;
    if (typeof state !== 'string') throw fail('sign_in_expired', { detail: 'no single state' });
    const browser = ctx.cookies.get(names.transaction, { signed: false }) ?? '';
    const taken = await records.take('transaction', keyOf({ state, browser, provider }), clock.now());
    const transaction = transactionSchema.safeParse(taken).data;
    if (!transaction) throw fail('sign_in_expired', { detail: 'unknown, or used before' });
    return transaction;
  },
});

export type Transactions = ReturnType<typeof createTransactions>;
