import { type FoundProfiles, profileKey } from '#src/families/found-profiles';
import { errorFields, type Log } from '#src/observability/logger';
import type { NoteProfiles } from './note-profiles.ts';

interface Deps {
  readonly foundProfiles: Pick<FoundProfiles, 'list' | 'end'>;
  readonly noteProfiles: Pick<NoteProfiles, 'forget'>;
  readonly log: Pick<Log, 'warn'>;
}

interface Logout {
  readonly viewer: string;
  /** The app that logs out. */
  readonly app: string;
  readonly mvpd: string | undefined;
}

export type EndProfiles = (logout: Logout) => Promise<void>;

/**
 * Notes that the viewer's profiles of an MVPD have ended: with the service token Adobe deletes those of all apps. A note that
 * cannot be written does not make the logout fail.
 */
export const createEndProfiles =
  ({ foundProfiles, noteProfiles, log }: Deps): EndProfiles =>
  async ({ viewer, app, mvpd }) => {
    noteProfiles.forget(viewer);
    try {
      const ended = (await foundProfiles.list(viewer)).filter((one) => one.mvpd === mvpd && !one.ended);
      if (ended.length > 0) await foundProfiles.end(viewer, new Set(ended.map(profileKey)), app);
    } catch (error) {
      log.warn(errorFields(error), 'the end of profiles could not be noted');
    }
  };
