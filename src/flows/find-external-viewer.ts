import type { IdentityProviderConfig } from '#src/config/schema';
import type { ExternalClaims, VerifyExternalToken } from '#src/external-token/verify-external-token';
import type { Accounts } from '#src/families/accounts';
import { keysOf, type Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';
import type { Account } from '#src/stores/ports';
import type { Caller, RestRequest } from './caller.ts';

interface Deps {
  /** By app id; only of apps that may supply service tokens. */
  readonly externalTokens: ReadonlyMap<string, VerifyExternalToken>;
  readonly accounts: Pick<Accounts, 'findByIdentity' | 'resolve'>;
  readonly revocations: Pick<Revocations, 'anyOf'>;
  /** See `CredentialStore`. */
  adopt(instance: string, viewer: string): Promise<boolean>;
  readonly identityProviders: readonly IdentityProviderConfig[];
}

/** The viewer whom the call is made for. `token` is sent to Adobe; undefined where ours is sent instead. */
export interface ExternalViewer {
  readonly account: Account;
  readonly token: string | undefined;
}

export type FindExternalViewer = (
  request: Pick<RestRequest, 'caller' | 'suppliedToken'>,
) => Promise<ExternalViewer | undefined>;

/**
 * The viewer whom the app's own AD-Service-Token names: issuer and subject are an identity of the family, so it is the
 * same account as with any other sign-in, with its own credentials. Undefined where the app may not supply one or did
 * not, and where the signed-in viewer takes precedence; the token is verified even then.
 * Errors: gateway_external_…, gateway_revoked.
 */
export const createFindExternalViewer =
  ({ externalTokens, accounts, revocations, adopt, identityProviders }: Deps): FindExternalViewer =>
  async ({ caller, suppliedToken }) => {
    const settings = caller.app.externalServiceToken;
    const verify = externalTokens.get(caller.app.id);
    if (!settings || !verify || suppliedToken === undefined) return undefined;
    const claims = await verify(suppliedToken);
    if (caller.viewer !== undefined && !settings.overViewer) return undefined;
    const account = await accountOf(caller, claims);
    await refuseRevoked(caller, account.id, claims);
    if (caller.instance.firstViewer === null && caller.family.profilesPer === 'viewer')
      await adopt(caller.instance.id, account.id);
    return { account, token: settings.use === 'pass' ? suppliedToken : undefined };

    /** Looked up first: most viewers are known, and a read is cheap. */
    async function accountOf(
      { family }: Caller,
      { iss: issuer, sub: subject }: ExternalClaims,
    ): Promise<Account> {
      const known = await accounts.findByIdentity({ family: family.id, issuer, subject });
      if (known) return known;
      const provider = identityProviders.find(
        (one) => family.identityProviders.includes(one.id) && 'issuer' in one && one.issuer === issuer,
      );
      return accounts.resolve(family, { provider: provider?.id ?? 'external', issuer, subject });
    }

    async function refuseRevoked(
      { instance }: Caller,
      viewer: string,
      { jti }: ExternalClaims,
    ): Promise<void> {
      const named = jti === undefined ? [] : [{ kind: 'jti', id: jti } as const];
      const revoked = await revocations.anyOf([...keysOf(instance.id, viewer), ...named]);
      if (revoked?.kind === 'jti')
        throw fail('gateway_external_token_invalid', { detail: 'the jti is revoked' });
      if (revoked) throw fail('gateway_revoked', { detail: `the ${revoked.kind} is revoked` });
    }
  };
