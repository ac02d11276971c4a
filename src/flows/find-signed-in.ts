import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Accounts } from '#src/families/accounts';
import type { Instances } from '#src/families/instances';
import { keysOf, type Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';
import type { Caller } from './caller.ts';
import type { CheckSignIn } from './check-sign-in.ts';
import { admitViewer } from './find-viewer.ts';

interface Deps {
  readonly checkSignIn: CheckSignIn;
  readonly instances: Pick<Instances, 'find' | 'bindDevice'>;
  readonly accounts: Pick<Accounts, 'standing'>;
  readonly revocations: Pick<Revocations, 'anyOf'>;
  findApp(id: string): AppConfig | undefined;
  familyOf(app: AppConfig): FamilyConfig;
}

export interface SignedInQuery {
  /** Of the sign-in. */
  readonly grant: string;
  /** Of the device that asked for it, the whole AP-Device-Identifier: it binds the instance, as with the device's own calls. */
  readonly identifier: string;
}

export type FindSignedIn = (query: SignedInQuery) => Promise<Caller>;

/**
 * The caller that a device will be with the tokens of a sign-in, which it need not have fetched yet. Errors:
 * sign_in_expired, if it would be refused; gateway_device_mismatch.
 */
export const createFindSignedIn =
  ({ checkSignIn, instances, accounts, revocations, findApp, familyOf }: Deps): FindSignedIn =>
  async ({ grant, identifier }) => {
    const state = await checkSignIn(grant);
    if ('lapse' in state) throw fail('sign_in_expired', { detail: `the sign-in is over: ${state.lapse}` });
    const { signIn } = state;
    const app = findApp(signIn.app);
    const instance = await instances.find(signIn.instance);
    if (!app || !instance) throw fail('sign_in_expired', { detail: 'the app or the instance is gone' });
    const family = familyOf(app);
    const standing = await accounts.standing(signIn.viewer);
    const admitted = admitViewer(standing, { family: family.id, since: signIn.provenAt });
    if (!standing || !admitted || (await revocations.anyOf(keysOf(instance.id))))
      throw fail('sign_in_expired', { detail: 'the account or the instance may not be used any more' });
    const { account } = standing;
    return {
      app,
      family,
      instance: await instances.bindDevice(instance, identifier),
      viewer: account.id,
      account,
      grant,
      pairs: [],
    };
  };
