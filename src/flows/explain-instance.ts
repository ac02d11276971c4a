import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Accounts } from '#src/families/accounts';
import type { FoundProfiles } from '#src/families/found-profiles';
import { fail } from '#src/lib/errors';
import type { Instance } from '#src/stores/ports';
import type { ExplainSharing } from './explain-sharing.ts';
import { admitViewer } from './find-viewer.ts';

interface Deps {
  readonly explainSharing: ExplainSharing;
  readonly instances: { find(id: string): Promise<Instance | undefined> };
  readonly accounts: Pick<Accounts, 'standing'>;
  readonly foundProfiles: Pick<FoundProfiles, 'list'>;
  findApp(id: string): AppConfig | undefined;
  familyOf(app: AppConfig): FamilyConfig;
}

interface Question {
  readonly instance: string;
  /** The first viewer of the instance, if absent. */
  readonly account?: string | undefined;
  readonly serviceProvider: string;
  readonly mvpd?: string | undefined;
}

export type ExplainInstance = (question: Question) => ReturnType<ExplainSharing>;

/**
 * The same explanation for support, of a viewer on an instance. Adobe is asked in the name of the device where its last known
 * description and address are noted; else not. Errors: gateway_not_found, gateway_revoked.
 */
export const createExplainInstance =
  ({ explainSharing, instances, accounts, foundProfiles, findApp, familyOf }: Deps): ExplainInstance =>
  async ({ instance: id, account: given, serviceProvider, mvpd }) => {
    const instance = await instances.find(id);
    const app = instance && findApp(instance.app);
    if (!instance || !app)
      throw fail('gateway_not_found', { field: 'instance', hint: 'there is no such instance' });
    const family = familyOf(app);
    const viewer = given ?? instance.firstViewer ?? undefined;
    const standing = viewer === undefined ? undefined : await accounts.standing(viewer);
    if (standing?.isRevoked) throw fail('gateway_revoked', { detail: 'the account is revoked' });
    if (given !== undefined && !admitViewer(standing, { family: family.id }))
      throw fail('gateway_not_found', { field: 'account', hint: 'the family has no such account' });
    const known = viewer === undefined ? [] : await foundProfiles.list(viewer);
    const device = known.find((one) => one.instance === id && one.device)?.device;
    const caller = { app, family, instance, viewer, account: standing?.account, pairs: [] };
    return explainSharing({ caller, device, serviceProvider }, { mvpd });
  };
