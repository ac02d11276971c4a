import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Instances } from '#src/families/instances';

interface Deps {
  readonly instances: Pick<Instances, 'signIn'>;
  familyOf(app: AppConfig): FamilyConfig;
}

/** Records a new grant: its tokens are valid for this viewer on this instance. */
export const createOpenInstance =
  ({ instances, familyOf }: Deps) =>
  async (input: { app: AppConfig; clientId: string; viewer: string; grant: string }): Promise<void> => {
    await instances.signIn({ ...input, family: familyOf(input.app) });
  };
