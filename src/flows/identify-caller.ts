import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { AccessTokens } from '#src/families/access-tokens';
import type { ClientTokens } from '#src/families/client-tokens';
import type { Instances } from '#src/families/instances';
import { keysOf, type Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';
import type { Instance, RevocationKey, SignIn } from '#src/stores/ports';
import type { Caller } from './caller.ts';
import type { CheckSignIn } from './check-sign-in.ts';

interface Deps {
  readonly accessTokens: Pick<AccessTokens, 'find'>;
  readonly clientTokens: Pick<ClientTokens, 'isOne' | 'find'>;
  readonly instances: Pick<Instances, 'find' | 'bindDevice'>;
  readonly checkSignIn: CheckSignIn;
  readonly revocations: Pick<Revocations, 'anyOf'>;
  /** The jti of the service token that this node sent last, by account. */
  readonly lastTokenIds: { get(viewer: string): string | undefined };
  /** Remembers the viewers of sign-ins, by grant. */
  readonly signedIn: { set(grant: string, viewer: string): void };
  findApp(id: string): AppConfig | undefined;
  familyOf(app: AppConfig): FamilyConfig;
}

export interface CallerCredentials {
  readonly bearer: string;
  /** The whole AP-Device-Identifier value, when the request has one: it binds the instance. */
  readonly identifier?: string | undefined;
}

export type IdentifyCaller = ReturnType<typeof createIdentifyCaller>;

/**
 * From a bearer to the caller. A client token names an instance, an access token a sign-in; neither is accepted as the
 * other. Sign-in, instance and revocations are read once: the caller carries what was found.
 * Errors: gateway_access_token_invalid, gateway_revoked, gateway_device_mismatch.
 */
export const createIdentifyCaller = (deps: Deps) => {
  const { instances, findApp, familyOf } = deps;
  const findBearer = createFindBearer(deps);
  const findCheckedTokenId = createCheckStanding(deps);
  return async ({ bearer, identifier }: CallerCredentials): Promise<Caller> => {
    const { instance: found, signIn, expiresAt } = await findBearer(bearer);
    const app = found && findApp(found.app);
    if (!found || !app) throw fail('gateway_access_token_invalid');
    const checkedTokenId = await findCheckedTokenId(found.id, signIn?.viewer);
    const caller: Caller = {
      app,
      family: familyOf(app),
      instance: found,
      viewer: signIn?.viewer,
      grant: signIn?.grant,
      expiresAt,
      checkedTokenId,
    };
    if (identifier === undefined) return caller;
    return { ...caller, instance: await instances.bindDevice(found, identifier) };
  };
};

interface Bearer {
  readonly instance: Instance | undefined;
  readonly signIn?: SignIn;
  readonly expiresAt: number | undefined;
}

const createFindBearer =
  ({ accessTokens, clientTokens, instances, checkSignIn, signedIn }: Deps) =>
  async (bearer: string): Promise<Bearer> => {
    if (clientTokens.isOne(bearer)) {
      const token = await clientTokens.find(bearer);
      return { instance: token && (await instances.find(token.instance)), expiresAt: token?.expiresAt };
    }
    const token = await accessTokens.find(bearer);
    if (!token) throw fail('gateway_access_token_invalid');
    const state = await checkSignIn(token.grant);
    if ('lapse' in state)
      throw fail('gateway_access_token_invalid', { detail: `the sign-in is over: ${state.lapse}` });
    const { signIn } = state;
    signedIn.set(signIn.grant, signIn.viewer);
    return { instance: await instances.find(signIn.instance), signIn, expiresAt: token.expiresAt };
  };

/**
 * Refuses a revoked instance or account. The viewer's last service token is part of the same read: resolves to its
 * jti if that is not revoked.
 */
const createCheckStanding =
  ({ revocations, lastTokenIds }: Deps) =>
  async (instance: string, viewer: string | undefined): Promise<string | undefined> => {
    const tokenId = viewer === undefined ? undefined : lastTokenIds.get(viewer);
    const token: readonly RevocationKey[] = tokenId === undefined ? [] : [{ kind: 'jti', id: tokenId }];
    const revoked = await revocations.anyOf([...keysOf(instance, viewer), ...token]);
    if (revoked && revoked.kind !== 'jti')
      throw fail('gateway_revoked', { detail: `the ${revoked.kind} is revoked` });
    return revoked ? undefined : tokenId;
  };
