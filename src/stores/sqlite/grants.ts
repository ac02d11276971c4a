import { fingerprint } from '#src/lib/ids';
import type { Database } from './database.ts';

/** Removes what oidc-provider issued for a grant, and the grant; part of the transaction that ends it. */
export const createRemoveGrant = (database: Database) => {
  const issued = database.command('DELETE FROM artifacts WHERE grant_hash = :hash');
  const own = database.command("DELETE FROM artifacts WHERE model = 'Grant' AND id_hash = :hash");
  const redeemed = database.command('DELETE FROM redeemed WHERE grant_id = :grant');
  return (grant: string): void => {
    const hash = fingerprint(grant);
    issued({ hash });
    own({ hash });
    redeemed({ grant });
  };
};
