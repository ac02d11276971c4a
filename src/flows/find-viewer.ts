import type { Accounts, Viewer } from '#src/families/accounts';
import type { Revocations } from '#src/families/revocations';

interface Deps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly revocations: Pick<Revocations, 'anyOf'>;
}

export interface ViewerQuery {
  readonly id: string;
  /** Of the app that asks. */
  readonly family?: string | undefined;
}

export type FindViewer = (query: ViewerQuery) => Promise<Viewer | undefined>;

/** The account of a browser session or a grant; undefined if it is revoked or belongs to another family. */
export const createFindViewer =
  ({ accounts, revocations }: Deps): FindViewer =>
  async ({ id, family }) => {
    if (await revocations.anyOf([{ kind: 'account', id }])) return undefined;
    const viewer = await accounts.find(id);
    return viewer && (family === undefined || viewer.family === family) ? viewer : undefined;
  };
