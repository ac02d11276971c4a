import { fail } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import type { Account, AccountStore, Identity, SubjectUsage } from '../ports.ts';

interface Owned {
  readonly account: string;
  readonly identity: Identity;
}

export const createAccountStore = (): AccountStore => {
  const accounts = new Map<string, Account>();
  const identities = new Map<string, Owned>();
  const claims = new Map<string, string>();

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
    async findByIdentity({ family, issuer, subject }) {
      const known = identities.get(compositeKey(family, issuer, subject));
      return known && accounts.get(known.account);
    },
    identitiesOf: async (account) =>
      [...identities.values()].filter((owned) => owned.account === account).map(({ identity }) => identity),
    subjectUsage: async () => usageOf([...accounts.values()]),
    async keepClaim(account, name, value) {
      if (!accounts.has(account)) throw fail('gateway_internal', { detail: 'no such account' });
      const key = compositeKey(account, name);
      const standing = claims.get(key) ?? value;
      claims.set(key, standing);
      return standing;
    },
    claim: async (account, name) => claims.get(compositeKey(account, name)),
  };
};

const usageOf = (accounts: readonly Account[]): SubjectUsage[] => {
  const usage = new Map<string, SubjectUsage>();
  for (const { family, subjectVersion: version } of accounts) {
    const key = compositeKey(family, String(version));
    usage.set(key, { family, version, accounts: (usage.get(key)?.accounts ?? 0) + 1 });
  }
  return [...usage.values()].sort((a, b) =>
    a.family === b.family ? a.version - b.version : a.family < b.family ? -1 : 1,
  );
};
