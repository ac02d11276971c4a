import { decodeJwt } from 'jose';
import type { FamilyConfig } from '#src/config/schema';
import type { FindSubject } from '#src/families/find-subject';
import { keysOf, type Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';

export interface IssueServiceToken {
  (request: { subject: string; issuer: string; audience: string; lifetime: number }): Promise<string>;
  forget(subject: string): void;
}

interface Deps {
  readonly revocations: Pick<Revocations, 'anyOf'>;
  readonly findSubject: FindSubject;
  readonly issueServiceToken: IssueServiceToken;
  /** Remembers the jti by account, for the check of the viewer's next call. */
  readonly lastTokenIds?: { set(viewer: string, tokenId: string): void };
}

export interface Minting {
  readonly family: FamilyConfig;
  /** The account. */
  readonly viewer: string;
  /** Where the token will be used; absent when an operator asks. */
  readonly instance?: string | undefined;
  /** A jti that was checked for revocation in this call, together with account and instance. */
  readonly checkedTokenId?: string | undefined;
}

/**
 * The viewer's service token, cached or new; never for a revoked account or instance. A token whose jti is revoked is
 * replaced. Errors: gateway_revoked, gateway_service_token_unavailable.
 */
export const createMintServiceToken =
  ({ revocations, findSubject, issueServiceToken, lastTokenIds }: Deps) =>
  async ({ family, viewer, instance, checkedTokenId }: Minting): Promise<string> => {
    const { issuer, audience, lifetime } = family.serviceToken;
    const subject = await findSubject(family, viewer);
    const issue = () => issueServiceToken({ subject, issuer, audience, lifetime });
    const token = await issue();
    const tokenId = decodeJwt(token).jti ?? '';
    if (tokenId === checkedTokenId) return token;
    lastTokenIds?.set(viewer, tokenId);
    const standing =
      instance === undefined ? [{ kind: 'account', id: viewer } as const] : keysOf(instance, viewer);
    const revoked = await revocations.anyOf([...standing, { kind: 'jti', id: tokenId }]);
    if (!revoked) return token;
    // The revocation may have been made on another node: the token cached here is dropped now.
    issueServiceToken.forget(subject);
    if (revoked.kind !== 'jti') throw fail('gateway_revoked', { detail: `the ${revoked.kind} is revoked` });
    return issue();
  };

export type MintServiceToken = ReturnType<typeof createMintServiceToken>;
