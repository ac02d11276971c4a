import { decodeJwt } from 'jose';
import type { FamilyConfig } from '#src/config/schema';
import type { FindSubject } from '#src/families/find-subject';
import type { Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';
import type { Account, RevocationKey } from '#src/stores/ports';

export interface IssueServiceToken {
  (request: { subject: string; issuer: string; audience: string; lifetime: number }): Promise<string>;
  forget(subject: string): void;
}

interface Deps {
  readonly revocations: Pick<Revocations, 'anyOf'>;
  readonly findSubject: FindSubject;
  readonly issueServiceToken: IssueServiceToken;
  /** The changes that this process follows; absent where it follows none. */
  readonly changes?: {
    /** Grows with each change. */
    generation(): number;
    /** Whether every revocation from more than a second ago has been applied. */
    isUpToDate(): boolean;
  };
}

export interface Minting {
  readonly family: FamilyConfig;
  /** Undefined for an account that is not there. */
  readonly account: Account | undefined;
  /** Where the token will be used; absent when an operator asks. */
  readonly instance?: string | undefined;
}

/**
 * The viewer's service token, cached or new; never for a revoked account or instance. Callers have just been identified,
 * and a cached token is dropped when it is revoked, so the store is asked only if something changed while the token was
 * made, or the changes are not up to date. A token whose jti is revoked is replaced.
 * Errors: gateway_revoked, gateway_subject_unavailable, gateway_service_token_unavailable.
 */
export const createMintServiceToken = (deps: Deps) => {
  const { findSubject, issueServiceToken, changes } = deps;
  const findRevoked = createFindRevoked(deps);
  return async ({ family, account, instance }: Minting): Promise<string> => {
    const { issuer, audience, lifetime } = family.serviceToken;
    const before = changes?.generation();
    const subject = await findSubject(family, account);
    const issue = () => issueServiceToken({ subject, issuer, audience, lifetime });
    const token = await issue();
    if (changes?.isUpToDate() && changes.generation() === before) return token;
    const revoked = await findRevoked(token, { account, instance });
    if (!revoked) return token;
    // The revocation may have been made on another node: the token cached here is dropped now.
    issueServiceToken.forget(subject);
    if (revoked !== 'jti') throw fail('gateway_revoked', { detail: `the ${revoked} is revoked` });
    return issue();
  };
};

const createFindRevoked =
  ({ revocations }: Deps) =>
  async (token: string, { account, instance }: Pick<Minting, 'account' | 'instance'>) => {
    const keys: RevocationKey[] = [{ kind: 'jti', id: decodeJwt(token).jti ?? '' }];
    if (account) keys.unshift({ kind: 'account', id: account.id });
    if (instance !== undefined) keys.unshift({ kind: 'instance', id: instance });
    return (await revocations.anyOf(keys))?.kind;
  };

export type MintServiceToken = ReturnType<typeof createMintServiceToken>;
