import type { FamilyConfig } from '#src/config/schema';
import type { Accounts } from '#src/families/accounts';
import type { FindSubject } from '#src/families/find-subject';
import type { IssueServiceToken } from './mint-service-token.ts';

interface Deps {
  readonly accounts: Pick<Accounts, 'find'>;
  findFamily(id: string): FamilyConfig | undefined;
  readonly findSubject: FindSubject;
  readonly issueServiceToken: Pick<IssueServiceToken, 'forget'>;
}

/** The account's next service token is made anew. An account that nobody knows has none. */
export const createForgetServiceTokens =
  ({ accounts, findFamily, findSubject, issueServiceToken }: Deps) =>
  async (viewer: string): Promise<void> => {
    const account = await accounts.find(viewer);
    const family = account && findFamily(account.family);
    if (family) issueServiceToken.forget(await findSubject(family, viewer));
  };

export type ForgetServiceTokens = ReturnType<typeof createForgetServiceTokens>;
