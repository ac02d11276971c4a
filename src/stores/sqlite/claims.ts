import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { AccountStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const claimRow = z.object({ value: z.string() });

/** Claims about accounts; sealed, since they identify a person at other services. */
export const createClaimStore = ({ database, seal }: Deps): Pick<AccountStore, 'keepClaim' | 'claim'> => {
  const find = database.one(
    'SELECT sealed_value AS value FROM account_claims WHERE account = :account AND name = :name',
    claimRow,
  );
  const insert = database.command(
    'INSERT INTO account_claims (account, name, sealed_value) VALUES (:account, :name, :value)',
  );
  const standing = (account: string, name: string): string | undefined => {
    const row = find({ account, name });
    return row && seal.open(row.value, context(account, name));
  };
  return {
    keepClaim: (account, name, value) =>
      database.transact(() => {
        const known = standing(account, name);
        if (known === undefined) insert({ account, name, value: seal.seal(value, context(account, name)) });
        return known ?? value;
      }),
    claim: (account, name) => database.run(() => standing(account, name)),
  };
};

const context = (account: string, name: string): string =>
  compositeKey('account_claims', 'sealed_value', account, name);
