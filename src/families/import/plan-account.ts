import type { FoundAccount } from '#src/stores/ports';
import type { Batch, Outcome, Rules } from './batch.ts';
import { type Seen, seenKeys } from './seen.ts';
import type { AccountWish } from './wish.ts';

/** Nothing that is there changes: an account is added, gains identities, or stays as it is. */
export const planAccount = (wish: AccountWish, batch: Batch, rules: Rules): Outcome => {
  const { identities, line, digest } = wish;
  for (const { key, field } of claimsOf(wish)) {
    const seen = batch.seen(key);
    if (seen) return sameOr(seen, wish, field);
  }
  const owners = identities.map(batch.ownerOf);
  const owner = owners.find((found) => found !== undefined);
  if (!owner) return add(wish, batch, rules);

  const { account } = owner;
  const other = owners.findIndex((found) => found !== undefined && found.account.id !== account.id);
  if (other !== -1) return { code: 'identity_taken', field: `identities.${other}` };
  const seen = batch.seen(seenKeys.account(account.id));
  if (seen) return sameOr(seen, wish, `identities.${owners.indexOf(owner)}`);
  if (wish.subject !== undefined && rules.subjectOf(owner) !== wish.subject)
    return { code: 'subject_would_change', field: 'subject' };
  const differing = identities.findIndex(
    (identity, index) => owners[index] === undefined && hasIssuer(owner, identity.issuer),
  );
  if (differing !== -1) return { code: 'identity_differs', field: `identities.${differing}` };

  const missing = identities.filter((_, index) => owners[index] === undefined);
  for (const identity of missing)
    batch.rows.identities.push({ ...identity, account: account.id, createdAt: rules.now });
  batch.note(seenKeys.account(account.id), { line, digest });
  noteAll(wish, batch, account.id);
  return missing.length > 0 ? 'extended' : 'unchanged';
};

const add = (wish: AccountWish, batch: Batch, rules: Rules): Outcome => {
  const { family, identities, subject } = wish;
  if (subject !== undefined && isTaken(family, subject, batch))
    return { code: 'subject_taken', field: 'subject' };
  const account = rules.newAccount(family, subject !== undefined);
  const { rows } = batch;
  rows.accounts.push(account);
  for (const identity of identities)
    rows.identities.push({ ...identity, account: account.id, createdAt: rules.now });
  if (subject !== undefined) rows.subjects.push({ account: account.id, family, subject });
  noteAll(wish, batch, account.id);
  return 'added';
};

const isTaken = (family: string, subject: string, { found, seen }: Batch): boolean =>
  found.accounts.some(
    ({ account, importedSubject }) => account.family === family && importedSubject === subject,
  ) || seen(seenKeys.made(family, subject)) !== undefined;

const hasIssuer = ({ identities }: FoundAccount, issuer: string): boolean =>
  identities.some((own) => own.issuer === issuer);

const sameOr = (seen: Seen, { digest }: AccountWish, field: string): Outcome =>
  seen.digest === digest ? 'unchanged' : { code: 'contradicts', field, earlier: seen.line };

/** What a line says, by key: another line that says it too must be equal. */
const claimsOf = ({ family, identities, subject }: AccountWish) => [
  ...identities.map((identity, index) => ({
    key: seenKeys.identity(identity),
    field: `identities.${index}`,
  })),
  ...(subject === undefined ? [] : [{ key: seenKeys.subject(family, subject), field: 'subject' }]),
];

const noteAll = (wish: AccountWish, batch: Batch, account: string): void => {
  const { line, digest } = wish;
  for (const { key } of claimsOf(wish)) batch.note(key, { line, digest, account });
};
