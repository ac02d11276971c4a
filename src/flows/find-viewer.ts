import type { Accounts, Viewer } from '#src/families/accounts';
import type { Revocations } from '#src/families/revocations';

interface Deps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly revocations: Pick<Revocations, 'anyOf'>;
}

/** The account that a sign-in page or a grant speaks of. A revoked one is as unknown as one that never was. */
export const createFindViewer =
  ({ accounts, revocations }: Deps) =>
  async (id: string): Promise<Viewer | undefined> =>
    (await revocations.anyOf([{ kind: 'account', id }])) ? undefined : accounts.find(id);
