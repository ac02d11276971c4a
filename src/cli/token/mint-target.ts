import type { Config, FamilyConfig } from '#src/config/schema';
import { createFindSubject } from '#src/families/find-subject';
import { createRevocations } from '#src/families/revocations';
import { examineSubjects, refuseMissing } from '#src/families/subjects';
import { createMintServiceToken } from '#src/flows/mint-service-token';
import { fail } from '#src/lib/errors';
import type { IssueServiceToken } from '#src/service-token/issue';
import type { Kept } from '#src/stores/open';

interface TargetValues {
  readonly account?: string | undefined;
  readonly subject?: string | undefined;
  readonly family?: string | undefined;
}

/** Whose token to issue. */
export interface MintTarget {
  readonly kind: 'account' | 'subject';
  readonly name: string;
  mint(issue: IssueServiceToken): Promise<string>;
}

/** Errors: arguments_invalid, gateway_not_found, keys_invalid, subjects_changed. */
export const mintTarget = async (
  { account, subject, family }: TargetValues,
  config: Config,
  kept: Kept,
): Promise<MintTarget> => {
  if (account !== undefined && subject === undefined) return ofAccount(account, config, kept);
  if (subject !== undefined && account === undefined) return ofSubject(subject, findFamily(config, family));
  throw fail('arguments_invalid', {
    hint: 'Give either --account <id>, or --subject <sub> with --family <id>.',
  });
};

const findFamily = ({ families }: Config, id: string | undefined): FamilyConfig => {
  const [only, ...others] = families;
  const family = id === undefined && others.length === 0 ? only : families.find((one) => one.id === id);
  if (family) return family;
  const known = families.map((one) => one.id).join(', ');
  throw fail('arguments_invalid', { field: '--family', hint: `must be one of: ${known}` });
};

const ofSubject = (
  subject: string,
  { serviceToken: { issuer, audience, lifetime } }: FamilyConfig,
): MintTarget => ({
  kind: 'subject',
  name: subject,
  mint: (issue) => issue({ subject, issuer, audience, lifetime }),
});

const ofAccount = async (id: string, config: Config, { storage, stores }: Kept): Promise<MintTarget> => {
  const account = await stores.accounts.find(id);
  if (!account)
    throw fail('gateway_not_found', { field: '--account', hint: `account "${id}" does not exist` });
  const family = findFamily(config, account.family);
  const { secrets, verdict } = await examineSubjects({ families: config.families, storage, stores });
  refuseMissing(storage, verdict);
  if (verdict.changes.length > 0)
    throw fail('subjects_changed', {
      hint: 'A gateway would not start with them. To see the changes, run kinpass subjects plan.',
    });
  const findSubject = createFindSubject({
    accounts: stores.accounts,
    secrets,
    strategies: verdict.strategies,
  });
  const revocations = createRevocations({ store: stores.revocations });
  return {
    kind: 'account',
    name: id,
    mint: (issueServiceToken) =>
      createMintServiceToken({ revocations, findSubject, issueServiceToken })({ family, account }),
  };
};
