import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { AccessTokens } from '#src/families/access-tokens';
import type { ClientTokens } from '#src/families/client-tokens';
import type { Instances } from '#src/families/instances';
import { type ErrorContext, fail, type KinpassError } from '#src/lib/errors';
import type { Standing } from '#src/stores/ports';
import type { Caller } from './caller.ts';
import type { JudgeSignIn } from './check-sign-in.ts';
import type { KnownCaller, KnownCallers } from './known-callers.ts';

interface Deps {
  readonly accessTokens: Pick<AccessTokens, 'isOne' | 'find'>;
  readonly clientTokens: Pick<ClientTokens, 'isOne' | 'find'>;
  readonly instances: Pick<Instances, 'bindDevice'>;
  readonly judgeSignIn: JudgeSignIn;
  readonly knownCallers: Pick<KnownCallers, 'find' | 'generation' | 'keep'>;
  /** Remembers the viewers of sign-ins, by grant. */
  readonly signedIn: { set(grant: string, viewer: string): void };
  findApp(id: string): AppConfig | undefined;
  familyOf(app: AppConfig): FamilyConfig;
}

export interface CallerCredentials {
  readonly bearer: string;
  /** The whole AP-Device-Identifier value, when the request has one: it binds the instance. */
  readonly identifier?: string | undefined;
  /** The bearer has just been issued, and its client has not received it yet: this is no use of it. */
  readonly isUnseen?: boolean;
}

export type IdentifyCaller = ReturnType<typeof createIdentifyCaller>;

/**
 * Milliseconds after which a caller must be identified again before anything is done for them, such as when their body took
 * long to arrive. With the interval at which changes are read, a revocation holds within a second.
 */
export const maxIdentifiedFor = 500;

/**
 * From a bearer to the caller. A client token names an instance, an access token a sign-in; neither is accepted as the
 * other. A caller who is not known is read once.
 * Errors: gateway_access_token_expired, gateway_access_token_invalid, invalid_access_token_client_application,
 * gateway_revoked, gateway_device_mismatch.
 */
export const createIdentifyCaller = (deps: Deps) => {
  const { instances, knownCallers } = deps;
  const findCaller = createFindCaller(deps);
  return async ({ bearer, identifier, isUnseen = false }: CallerCredentials): Promise<Caller> => {
    const known = isUnseen ? undefined : knownCallers.find(bearer);
    if (known && (identifier === undefined || identifier === known.identifier)) return known.caller;
    const since = knownCallers.generation();
    const found = known ?? (await findCaller(bearer, !isUnseen));
    // A caller who is known has used the bearer.
    const keep = (caller: KnownCaller) => !isUnseen && knownCallers.keep(bearer, caller, since);
    const { caller } = found;
    if (identifier === undefined) {
      keep(found);
      return caller;
    }
    const bound = { ...caller, instance: await instances.bindDevice(caller.instance, identifier) };
    keep({ ...found, caller: bound, identifier });
    return bound;
  };
};

/** Whom a bearer belongs to, as stored. */
interface Holder extends Standing, Pick<Caller, 'viewer' | 'account' | 'grant' | 'token' | 'expiresAt'> {
  readonly until: number;
}

const expired = (context: ErrorContext): KinpassError =>
  fail('gateway_access_token_expired', { field: 'Authorization', ...context });

const renewal = 'refresh it, or sign the viewer in again';

const createFindCaller = (deps: Deps) => {
  const { clientTokens, findApp, familyOf } = deps;
  const isAccessToken = deps.accessTokens.isOne;
  const findViewer = createFindViewer(deps);
  const findInstance = async (bearer: string): Promise<Holder> => {
    const token = await clientTokens.find(bearer);
    if (!token) throw expired({ isRegistered: true, hint: 'request a new one with the client credentials' });
    return { ...token, until: token.expiresAt ?? 0 };
  };
  const find = (bearer: string, isUse: boolean): Promise<Holder> => {
    if (clientTokens.isOne(bearer)) return findInstance(bearer);
    if (isAccessToken(bearer)) return findViewer(bearer, isUse);
    throw fail('gateway_access_token_invalid', { field: 'Authorization' });
  };
  return async (bearer: string, isUse: boolean): Promise<KnownCaller> => {
    const holder = await find(bearer, isUse);
    const { instance, viewer, account, grant, token, pairs, expiresAt, until, revoked } = holder;
    const app = instance && findApp(instance.app);
    if (!instance || !app) throw fail('invalid_access_token_client_application');
    if (revoked) throw fail('gateway_revoked', { detail: `the ${revoked} is revoked` });
    const family = familyOf(app);
    const caller = { app, family, instance, viewer, account, grant, token, pairs, expiresAt };
    return { caller, identifier: undefined, until };
  };
};

const createFindViewer =
  ({ accessTokens, judgeSignIn, signedIn }: Deps) =>
  async (bearer: string, isUse: boolean): Promise<Holder> => {
    const token = await accessTokens.find(bearer, { isUse });
    if (!token) throw expired({ hint: renewal });
    const { instance, account, revoked, pairs, expiresAt } = token;
    const state = await judgeSignIn(token.signIn);
    if ('lapse' in state) throw expired({ hint: renewal, detail: `the sign-in is over: ${state.lapse}` });
    const { viewer, grant } = state.signIn;
    signedIn.set(grant, viewer);
    const until = Math.min(expiresAt, state.until);
    return { instance, account, revoked, pairs, expiresAt, until, viewer, grant, token: token.hash };
  };
