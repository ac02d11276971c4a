import { fail } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import type { Account, AccountStore, Identity } from '../ports.ts';

interface Owned {
  readonly account: string;
  readonly identity: Identity;
}

export const createAccountStore = (): AccountStore => {
  const accounts = new Map<string, Account>();
  const identities = new Map<string, Owned>();

  const linkable = ({ family, linkKey }: Identity): string | undefined => {
    if (linkKey === null) return undefined;
    const equal = [...identities.values()].filter(
      ({ identity }) => identity.family === family && identity.linkKey === linkKey,
    );
    const [account, ...others] = new Set(equal.map((owned) => owned.account));
    return others.length === 0 ? account : undefined;
  };

  const store = (account: Account): Account => {
    if (accounts.has(account.id)) throw fail('gateway_internal', { detail: 'the account id is taken' });
    const stored = { ...account };
    accounts.set(stored.id, stored);
    return stored;
  };

  return {
    async resolve(identity, fresh) {
      const key = compositeKey(identity.family, identity.issuer, identity.subject);
      const known = identities.get(key);
      const id = known?.account ?? linkable(identity);
      const account = (id !== undefined && accounts.get(id)) || store(fresh);
      const kept = known ? { ...known.identity, email: identity.email } : { ...identity };
      identities.set(key, { account: account.id, identity: kept });
      return account;
    },
    find: async (id) => accounts.get(id),
    identitiesOf: async (account) =>
      [...identities.values()].filter((owned) => owned.account === account).map(({ identity }) => identity),
  };
};
