import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Instances, NewSignIn } from '#src/families/instances';
import { fail } from '#src/lib/errors';
import type { FindViewer } from './find-viewer.ts';

interface Deps {
  readonly instances: Pick<Instances, 'signIn'>;
  readonly findViewer: FindViewer;
  familyOf(app: AppConfig): FamilyConfig;
}

export type Opening = Omit<NewSignIn, 'family'>;

/**
 * Records a new grant, with what else changes: its tokens are valid for this viewer on this instance. False if another
 * request was faster: then nothing is recorded. Errors: sign_in_expired.
 */
export const createOpenInstance =
  ({ instances, findViewer, familyOf }: Deps) =>
  async (opening: Opening): Promise<boolean> => {
    const family = familyOf(opening.app);
    const viewer = await findViewer({ id: opening.viewer, family: family.id, since: opening.provenAt });
    // The sessions of the account may end after that: the store looks again, in the transaction that opens.
    const outcome = viewer ? await instances.signIn({ ...opening, family }) : 'ended';
    if (outcome === 'ended')
      throw fail('sign_in_expired', { detail: 'the sessions of the account have been ended' });
    return outcome === 'opened';
  };
