import type { FamilyConfig } from '#src/config/schema';
import type { FindSubject } from '#src/families/find-subject';
import { hasCode } from '#src/lib/errors';
import type { AccountStore } from '#src/stores/ports';
import type { IssueServiceToken } from './mint-service-token.ts';

interface Deps {
  readonly accounts: Pick<AccountStore, 'find'>;
  findFamily(id: string): FamilyConfig | undefined;
  readonly findSubject: FindSubject;
  readonly issueServiceToken: Pick<IssueServiceToken, 'forget'>;
}

/** Drops the cached service token of an account; unknown accounts and accounts without a subject have none. */
export const createForgetServiceTokens =
  ({ accounts, findFamily, findSubject, issueServiceToken }: Deps) =>
  async (viewer: string): Promise<void> => {
    const account = await accounts.find(viewer);
    const family = account && findFamily(account.family);
    const subject = family && (await findSubject(family, account).catch(undefinedIfUnavailable));
    if (subject !== undefined) issueServiceToken.forget(subject);
  };

/** Such an account never had a token here: signing out and revoking continue. */
const undefinedIfUnavailable = (error: unknown): undefined => {
  const none = hasCode(error, 'gateway_subject_unavailable');
  if (!none && !hasCode(error, 'gateway_service_token_unavailable')) throw error;
};

export type ForgetServiceTokens = ReturnType<typeof createForgetServiceTokens>;
