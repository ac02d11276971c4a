import type { Accounts, Viewer } from '#src/families/accounts';
import type { AccountStanding } from '#src/stores/ports';

interface Deps {
  readonly accounts: Pick<Accounts, 'standing'>;
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
 * The account of a browser session or a grant, as it was read; undefined if it is revoked, belongs to another family, or has
 * had its sessions ended since this one began: lifting a revocation does not bring them back. Pure.
 */
export const admitViewer = (
  found: AccountStanding | undefined,
  { family, since }: Omit<ViewerQuery, 'id'>,
): Viewer | undefined => {
  if (!found || found.isRevoked) return undefined;
  const { account } = found;
  if (family !== undefined && account.family !== family) return undefined;
  const ended = since !== undefined && account.endedAt !== null && since <= account.endedAt;
  return ended ? undefined : account;
};

/** The same for an account that was not read yet. */
export const createFindViewer =
  ({ accounts }: Deps): FindViewer =>
  async ({ id, ...query }) =>
    admitViewer(await accounts.standing(id), query);
