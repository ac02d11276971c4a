import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { ClientTokens } from '#src/families/client-tokens';
import type { Instances } from '#src/families/instances';
import { keysOf, type Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';
import type { SignIn } from '#src/stores/ports';
import { type Caller, holderOf } from './caller.ts';

interface Deps {
  readonly clientTokens: Pick<ClientTokens, 'isOne' | 'instanceOf'>;
  readonly instances: Pick<Instances, 'find' | 'findSignIn' | 'bindDevice'>;
  readonly revocations: Pick<Revocations, 'refuse'>;
  /** The grant behind an access token of the authorization server; undefined when it is not one, or not any more. */
  grantOf(bearer: string): Promise<string | undefined>;
  findApp(id: string): AppConfig | undefined;
  familyOf(app: AppConfig): FamilyConfig;
}

export type IdentifyCaller = ReturnType<typeof createIdentifyCaller>;

/**
 * From a bearer to the caller. A client token names an instance, an access token a sign-in; neither is taken as the
 * other. `identifier` is the whole AP-Device-Identifier value, when the request has one: it binds the instance.
 * Errors: gateway_access_token_invalid, gateway_revoked, gateway_device_mismatch.
 */
export const createIdentifyCaller =
  ({ clientTokens, instances, revocations, grantOf, findApp, familyOf }: Deps) =>
  async ({ bearer, identifier }: { bearer: string; identifier?: string | undefined }): Promise<Caller> => {
    const signIn = clientTokens.isOne(bearer) ? undefined : await signInOf(bearer);
    const instanceId = signIn?.instance ?? (await clientTokens.instanceOf(bearer));
    const found = instanceId === undefined ? undefined : await instances.find(instanceId);
    const app = found && findApp(found.app);
    if (!found || !app) throw fail('gateway_access_token_invalid');
    await revocations.refuse(keysOf(found.id, signIn?.viewer));
    const caller: Caller = {
      app,
      family: familyOf(app),
      instance: found,
      ...(signIn && { viewer: signIn.viewer }),
    };
    if (identifier === undefined) return caller;
    const returning = signIn && { signIn, holder: holderOf(caller) };
    const instance = await instances.bindDevice(found, identifier, returning);
    // Whoever signs in anew comes back to the instance of before: its revocation holds for the newcomer too.
    if (instance.id !== found.id) await revocations.refuse(keysOf(instance.id));
    return { ...caller, instance };

    async function signInOf(token: string): Promise<SignIn> {
      const grant = await grantOf(token);
      const known = grant === undefined ? undefined : await instances.findSignIn(grant);
      if (!known) throw fail('gateway_access_token_invalid');
      return known;
    }
  };
