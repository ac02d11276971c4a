import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Instances } from '#src/families/instances';

interface Deps {
  readonly instances: Pick<Instances, 'signIn'>;
  familyOf(app: AppConfig): FamilyConfig;
}

/** A grant was given: from now on its tokens stand for this viewer on this instance. */
export const createOpenInstance =
  ({ instances, familyOf }: Deps) =>
  async (input: { app: AppConfig; clientId: string; viewer: string; grant: string }): Promise<void> => {
    await instances.signIn({ ...input, family: familyOf(input.app) });
  };
