import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Viewer } from '#src/families/accounts';
import { lapseOf } from '#src/families/lapse';
import type { Clock } from '#src/lib/clock';
import type { FindViewer } from './find-viewer.ts';

interface Deps {
  readonly findViewer: FindViewer;
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds. */
  readonly lifetime: number;
  familyOf(app: AppConfig): FamilyConfig;
}

/**
 * The account that a browser's session may sign in to an app. Undefined where the viewer must choose an identity
 * provider: the account is another family's, the family left the provider, the session began too long ago or before
 * the account's sessions were ended.
 */
export const createFindSessionViewer =
  ({ findViewer, clock, lifetime, familyOf }: Deps) =>
  async (
    app: AppConfig,
    account: string,
    { provider, provenAt }: { readonly provider: string; readonly provenAt: number },
  ): Promise<Viewer | undefined> => {
    const family = familyOf(app);
    const basis = { family: family.id, provider, provenAt };
    if (lapseOf(basis, { family, lifetime, now: clock.now() })) return undefined;
    return findViewer({ id: account, family: family.id, since: provenAt });
  };
