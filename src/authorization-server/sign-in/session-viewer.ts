import type { AppConfig } from '#src/config/schema';
import type { Deps as ServerDeps, Viewer } from '../deps.ts';
import { originOf, type SessionOrigin } from '../provider/session-origin.ts';
import type { Interaction } from './decide-once.ts';

interface Deps extends Pick<ServerDeps, 'findSessionViewer'> {
  appOf(interaction: Interaction): Promise<AppConfig>;
}

export interface SessionViewer extends Viewer {
  readonly origin: SessionOrigin;
}

/**
 * The viewer of the browser's session, who may confirm this interaction; undefined where somebody must sign in first.
 * Read at each step: settings, account and session may have changed since the interaction began.
 */
export const createSessionViewer =
  ({ findSessionViewer, appOf }: Deps) =>
  async (interaction: Interaction): Promise<SessionViewer | undefined> => {
    const { prompt, session } = interaction;
    const origin = originOf(session?.amr);
    if (prompt.name !== 'consent' || session?.accountId === undefined || !origin) return undefined;
    const viewer = await findSessionViewer(await appOf(interaction), session.accountId, origin);
    return viewer && { ...viewer, origin };
  };

export type SessionViewerOf = ReturnType<typeof createSessionViewer>;
