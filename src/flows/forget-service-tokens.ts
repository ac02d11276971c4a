import type { FamilyConfig } from '#src/config/schema';
import type { Accounts } from '#src/families/accounts';
import type { FindSubject } from '#src/families/find-subject';
import { hasCode } from '#src/lib/errors';
import type { IssueServiceToken } from './mint-service-token.ts';

interface Deps {
  readonly accounts: Pick<Accounts, 'find'>;
  findFamily(id: string): FamilyConfig | undefined;
  readonly findSubject: FindSubject;
  readonly issueServiceToken: Pick<IssueServiceToken, 'forget'>;
}

/** The account's next service token is made anew. An account that nobody knows, or that has no subject, has none. */
export const createForgetServiceTokens =
  ({ accounts, findFamily, findSubject, issueServiceToken }: Deps) =>
  async (viewer: string): Promise<void> => {
    const account = await accounts.find(viewer);
    const family = account && findFamily(account.family);
    const subject = family && (await findSubject(family, viewer).catch(noneIfUnavailable));
    if (subject !== undefined) issueServiceToken.forget(subject);
  };

/** No token was ever made here for such an account: signing out and revoking go on. */
const noneIfUnavailable = (error: unknown): undefined => {
  const none = hasCode(error, 'gateway_subject_unavailable');
  if (!none && !hasCode(error, 'gateway_service_token_unavailable')) throw error;
};

export type ForgetServiceTokens = ReturnType<typeof createForgetServiceTokens>;
