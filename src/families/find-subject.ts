import type { FamilyConfig } from '#src/config/schema';
import type { SubjectSecrets } from '#src/config/secrets/subject-secrets';
import { fail } from '#src/lib/errors';
import { isPlainText } from '#src/lib/text';
import type { Account, AccountStore } from '#src/stores/ports';
import { type ClaimSource, claimKey } from './kept-claims.ts';
import { createSubjectOf, createSubjectOfClaim, importedVersion } from './subject.ts';
import type { SubjectStrategy } from './subject-pins.ts';

interface Deps {
  readonly accounts: Pick<AccountStore, 'identitiesOf' | 'claim' | 'keepClaim' | 'importedSubject'>;
  readonly secrets: SubjectSecrets;
  /** The confirmed strategy by family. */
  readonly strategies: ReadonlyMap<string, SubjectStrategy>;
}

export type FindSubject = (family: Pick<FamilyConfig, 'id'>, account: Account | undefined) => Promise<string>;

/**
 * The `sub` of an account within its family, never another one: an imported one whatever the strategy. Errors: gateway_subject_unavailable if the account lacks
 * the claim or belongs to another family, gateway_service_token_unavailable if its secret is not on this machine.
 */
export const createFindSubject = ({ accounts, secrets, strategies }: Deps): FindSubject => {
  const secretOf = (version: number): Uint8Array => {
    const secret = secrets.get(version);
    if (secret) return secret;
    throw fail('gateway_service_token_unavailable', {
      detail: `version ${version} of the subject secret is missing`,
    });
  };

  const claimOf = async (account: string, source: ClaimSource): Promise<string> => {
    const kept = await accounts.claim(account, claimKey(source));
    if (kept !== undefined) return kept;
    // For viewers who signed in before the strategy was chosen, the subject of the identity is known.
    const identities = source.claim === 'sub' ? await accounts.identitiesOf(account) : [];
    const identity = identities.find(
      ({ provider, subject }) => provider === source.provider && isPlainText(subject),
    );
    if (identity) return accounts.keepClaim(account, claimKey(source), identity.subject);
    throw fail('gateway_subject_unavailable', {
      hint: `sign in with ${source.provider}`,
      detail: `no claim ${source.claim} of ${source.provider}`,
    });
  };

  const importedSubjectOf = async (account: string): Promise<string> => {
    const subject = await accounts.importedSubject(account);
    if (subject !== undefined) return subject;
    throw fail('gateway_service_token_unavailable', { detail: `the subject of ${account} is missing` });
  };

  const subjectOf = async (account: Account, strategy: SubjectStrategy): Promise<string> => {
    const { id, family, subjectVersion } = account;
    if (subjectVersion === importedVersion) return importedSubjectOf(id);
    if (strategy.strategy === 'account') return createSubjectOf(secretOf(subjectVersion))(family, id);
    const value = await claimOf(id, strategy);
    return strategy.as === 'plain' ? value : createSubjectOfClaim(secretOf(strategy.version))(family, value);
  };

  /** Of accounts as they were read; it never changes. */
  const found = new WeakMap<Account, string>();

  return async (family, account) => {
    const strategy = strategies.get(family.id);
    if (account?.family !== family.id || !strategy) {
      throw fail('gateway_subject_unavailable', { detail: `not an account of family ${family.id}` });
    }
    const subject = found.get(account) ?? (await subjectOf(account, strategy));
    found.set(account, subject);
    return subject;
  };
};
