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
  /** When the session began, epoch milliseconds. */
  readonly since?: number | undefined;
}

export type FindViewer = (query: ViewerQuery) => Promise<Viewer | undefined>;

/**
 * The account of a browser session or a grant; undefined if it is revoked, belongs to another family, or has had its
 * sessions ended since this one began: lifting a revocation revives nothing.
 */
export const createFindViewer =
  ({ accounts, revocations }: Deps): FindViewer =>
  async ({ id, family, since }) => {
    if (await revocations.anyOf([{ kind: 'account', id }])) return undefined;
    const viewer = await accounts.find(id);
    if (!viewer || (family !== undefined && viewer.family !== family)) return undefined;
    const ended = since !== undefined && viewer.endedAt !== null && since <= viewer.endedAt;
    return ended ? undefined : viewer;
  };
