import type { Accounts, Viewer } from '#src/families/accounts';
import type { Revocations } from '#src/families/revocations';

interface Deps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly revocations: Pick<Revocations, 'anyOf'>;
}

/** The account of a sign-in page or a grant; undefined also if it is revoked. */
export const createFindViewer =
  ({ accounts, revocations }: Deps) =>
  async (id: string): Promise<Viewer | undefined> =>
    (await revocations.anyOf([{ kind: 'account', id }])) ? undefined : accounts.find(id);
