import { compositeKey } from '#src/lib/single-flight';
import type { Account, CredentialPair, FoundAccount, ImportRows, ImportStore } from '../ports.ts';
import type { Tables } from './tables.ts';

const keyOf = ({ family, issuer, subject }: { family: string; issuer: string; subject: string }): string =>
  compositeKey(family, issuer, subject);

export const createImportStore = (tables: Tables): ImportStore => {
  const { accounts, identities, importedSubjects, instances, credentials, imported, paired } = tables;

  const ownerOf = (subject: { family: string; subject: string }): string | undefined =>
    [...importedSubjects.values()].find(
      (other) => other.family === subject.family && other.subject === subject.subject,
    )?.account;

  const found = (account: Account): FoundAccount => ({
    account,
    identities: [...identities.values()]
      .filter((held) => held.account === account.id)
      .map(({ identity: { issuer, subject } }) => ({ issuer, subject })),
    importedSubject: importedSubjects.get(account.id)?.subject ?? null,
  });

  const placeOf = (pair: CredentialPair) => {
    const { app = '', device = null } = instances.get(pair.instance) ?? {};
    return { id: pair.id, holder: pair.holder, app, device };
  };

  const isTaken = (rows: ImportRows): boolean =>
    rows.identities.some((identity) => identities.has(keyOf(identity))) ||
    rows.subjects.some((subject) => ownerOf(subject) !== undefined) ||
    rows.instances.some(({ id }) => instances.has(id)) ||
    rows.pairs.some(({ id }) => credentials.has(id));

  return {
    async find(keys) {
      const owners = new Set([
        ...keys.identities.map((identity) => identities.get(keyOf(identity))?.account),
        ...keys.subjects.map(ownerOf),
      ]);
      return {
        accounts: [...accounts.values()].filter(({ id }) => owners.has(id)).map(found),
        instances: keys.instances.flatMap((id) => instances.get(id) ?? []),
        pairs: [...credentials.values()]
          .map(placeOf)
          .filter(
            ({ id, app, device }) =>
              keys.pairs.includes(id) ||
              keys.places.some((place) => place.app === app && place.device === device),
          ),
      };
    },
    async add(rows) {
      if (isTaken(rows)) return false;
      for (const account of rows.accounts) accounts.set(account.id, { ...account });
      for (const { account, ...identity } of rows.identities)
        identities.set(keyOf(identity), {
          account,
          identity: { ...identity, email: null, linkKey: null, linkAuthority: null, provenAt: null },
        });
      for (const subject of rows.subjects) importedSubjects.set(subject.account, { ...subject });
      for (const instance of rows.instances) instances.set(instance.id, { ...instance });
      for (const pair of rows.pairs) {
        credentials.set(pair.id, { ...pair });
        paired.add(pair.instance);
        imported.add(pair.id);
      }
      return true;
    },
  };
};
