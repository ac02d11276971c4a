import { fail } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import type { Account, AccountStanding, AccountStore, Identity, Resolution, SubjectUsage } from '../ports.ts';
import type { Tables } from './tables.ts';

const createStandingOf =
  ({ revocations }: Pick<Tables, 'revocations'>) =>
  (account: Account): AccountStanding => ({
    account,
    isRevoked: revocations.has(compositeKey('account', account.id)),
  });

export const createAccountStore = ({
  accounts,
  identities,
  importedSubjects,
  revocations,
}: Tables): AccountStore => {
  const standingOf = createStandingOf({ revocations });
  const claims = new Map<string, string>();
  const of = (account: string): Identity[] =>
    [...identities.values()].filter((owned) => owned.account === account).map(({ identity }) => identity);

  /** The only account with an equal link key, if each of its identities with that key counts today. */
  const linkable = ({ identity: { family, issuer, linkKey }, link }: Resolution): string | undefined => {
    if (linkKey === null) return undefined;
    const equal = [...identities.values()].filter(
      ({ identity }) => identity.family === family && identity.linkKey === linkKey,
    );
    const [account, ...others] = new Set(equal.map((owned) => owned.account));
    if (account === undefined || others.length > 0) return undefined;
    const counts = equal.every(
      ({ identity: { linkAuthority, provenAt } }) =>
        linkAuthority !== null &&
        link.authorities.includes(linkAuthority) &&
        provenAt !== null &&
        provenAt >= link.provenSince,
    );
    return counts && !of(account).some((own) => own.issuer === issuer) ? account : undefined;
  };

  const releaseKey = createReleaseKey({ identities });

  const store = (account: Account): Account => {
    if (accounts.has(account.id)) throw fail('gateway_internal', { detail: 'the account id is taken' });
    const stored = { ...account };
    accounts.set(stored.id, stored);
    return stored;
  };

  return {
    async resolve({ identity, fresh, link }) {
      const key = compositeKey(identity.family, identity.issuer, identity.subject);
      releaseKey(identity);
      const known = identities.get(key);
      const id = known?.account ?? linkable({ identity, fresh, link });
      const account = (id !== undefined && accounts.get(id)) || store(fresh);
      const createdAt = known?.identity.createdAt ?? identity.createdAt;
      identities.set(key, { account: account.id, identity: { ...identity, createdAt } });
      return standingOf(account);
    },
    find: async (id) => accounts.get(id),
    standing: async (id) => {
      const account = accounts.get(id);
      return account && standingOf(account);
    },
    async findByIdentity({ family, issuer, subject }) {
      const known = identities.get(compositeKey(family, issuer, subject));
      return known && accounts.get(known.account);
    },
    identitiesOf: async (account) => of(account),
    list: async ({ limit, after = '' }) =>
      [...accounts.values()]
        .filter(({ id }) => id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((account) => ({ account, identities: of(account.id) })),
    subjectUsage: async () => usageOf([...accounts.values()]),
    async keepClaim(account, name, value) {
      if (!accounts.has(account)) throw fail('gateway_internal', { detail: 'no such account' });
      const key = compositeKey(account, name);
      const stored = claims.get(key) ?? value;
      claims.set(key, stored);
      return stored;
    },
    claim: async (account, name) => claims.get(compositeKey(account, name)),
    importedSubject: async (account) => importedSubjects.get(account)?.subject,
  };
};

/** An address belongs to one subject of an issuer. */
const createReleaseKey =
  ({ identities }: Pick<Tables, 'identities'>) =>
  ({ family, issuer, subject, linkKey }: Identity): void => {
    if (linkKey === null) return;
    for (const [key, { account, identity }] of identities) {
      const rival = identity.family === family && identity.issuer === issuer && identity.subject !== subject;
      if (rival && identity.linkKey === linkKey)
        identities.set(key, { account, identity: { ...identity, linkKey: null, linkAuthority: null } });
    }
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
