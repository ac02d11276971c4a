import { findMvpd } from './call.ts';
import type { AdobeContext } from './context.ts';
import { degradedBy } from './profiles/profile-view.ts';
import type { Standing } from './sessions/session-answer.ts';
import type { Viewer } from './viewer.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'profiles' | 'degradations' | 'switches'>;

/** Why this viewer need not sign in at the MVPD; null when they have to. */
export const standingOf = (context: Context, viewer: Viewer, mvpd: string): Standing | null => {
  if (findMvpd(context, mvpd).isTempPass) return 'temporary';
  const found = context.profiles.find(viewer, mvpd);
  if (degradedBy(context, viewer.owner.serviceProvider, mvpd, found)) return 'degraded';
  if (!found) return null;
  return found.type === 'regular' ? 'authenticated' : 'authenticatedSSO';
};
