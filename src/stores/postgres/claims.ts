import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { AccountStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';
import { one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/** Claims about accounts; sealed, since they identify a person at other services. */
export const createClaimStore = ({ database, seal }: Deps): Pick<AccountStore, 'keepClaim' | 'claim'> => ({
  keepClaim: async (account, name, value) => {
    const sealed = seal.seal(value, context(account, name));
    const kept = await database.run(keep({ account, name, value: sealed }));
    return kept ? seal.open(kept.sealedValue, context(account, name)) : value;
  },
  claim: async (account, name) => {
    const found = await database.run(find({ account, name }));
    return found && seal.open(found.sealedValue, context(account, name));
  },
});

const row = z.object({ sealedValue: z.string() });

const find = one('SELECT sealed_value FROM account_claims WHERE account = :account AND name = :name', row);

/** Writes the row that is there as it is: only so is it returned, whoever stored it and when. */
const keep = one(
  `INSERT INTO account_claims (account, name, sealed_value) VALUES (:account, :name, :value)
    ON CONFLICT (account, name) DO UPDATE SET sealed_value = account_claims.sealed_value
    RETURNING sealed_value`,
  row,
);

const context = (account: string, name: string): string =>
  compositeKey('account_claims', 'sealed_value', account, name);
