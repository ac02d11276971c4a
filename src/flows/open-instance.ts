import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Instances, NewSignIn } from '#src/families/instances';
import { fail } from '#src/lib/errors';
import type { FindViewer } from './find-viewer.ts';

interface Deps {
  readonly instances: Pick<Instances, 'signIn' | 'endSignIn'>;
  readonly findViewer: FindViewer;
  familyOf(app: AppConfig): FamilyConfig;
}

export type Opening = Omit<NewSignIn, 'family'>;

/** Records a new grant: its tokens are valid for this viewer on this instance. Errors: sign_in_expired. */
export const createOpenInstance =
  ({ instances, findViewer, familyOf }: Deps) =>
  async (opening: Opening): Promise<void> => {
    const family = familyOf(opening.app);
    await instances.signIn({ ...opening, family });
    // Sessions of the account may have been ended since they were checked, before there was anything to end here.
    const { viewer: id, provenAt: since, grant } = opening;
    if (await findViewer({ id, family: family.id, since })) return;
    await instances.endSignIn(grant);
    throw fail('sign_in_expired', { detail: 'the sessions of the account have been ended' });
  };
