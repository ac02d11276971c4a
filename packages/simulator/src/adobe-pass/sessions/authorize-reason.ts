import type { Fixtures } from '#src/fixtures';
import { type DegradedDeps, degradedBy } from '../configuration/degradations.ts';
import type { ProfileBook } from '../profiles/profile-book.ts';
import { findMvpd } from '../requests/find-fixture.ts';
import type { Viewer } from '../requests/viewer.ts';
import type { AuthorizeReason } from './session-answers.ts';

export type AuthorizeReasonDeps = DegradedDeps & {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly profiles: Pick<ProfileBook, 'find'>;
};

/** Why this viewer need not authenticate at the MVPD; null if they must. */
export const authorizeReasonOf = (
  deps: AuthorizeReasonDeps,
  viewer: Viewer,
  mvpd: string,
): AuthorizeReason | null => {
  if (findMvpd(deps.fixtures, mvpd).isTempPass) return 'temporary';
  const found = deps.profiles.find(viewer, mvpd);
  const { serviceProvider } = viewer.owner;
  if (degradedBy(deps, { serviceProvider, mvpd }, found)) return 'degraded';
  if (!found) return null;
  return found.type === 'regular' ? 'authenticated' : 'authenticatedSSO';
};
