import type { Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';
import type { Revocation, RevocationKey } from '#src/stores/ports';
import type { Action, AuditTrail, Operator } from './audit-trail.ts';
import type { ForgetServiceTokens } from './forget-service-tokens.ts';

interface Deps {
  readonly revocations: Pick<Revocations, 'revoke' | 'lift'>;
  /** Returns undefined for an unknown id. */
  readonly accounts: { find(id: string): Promise<object | undefined> };
  readonly instances: { find(id: string): Promise<object | undefined> };
  readonly forgetServiceTokens: ForgetServiceTokens;
  readonly auditTrail: Pick<AuditTrail, 'recordChange'>;
}

type Request = RevocationKey & { readonly reason: string };

export type Revoke = ReturnType<typeof createRevoke>;

/**
 * An operator revokes an account, an instance or a service token: no token is issued for it any more, its sign-ins
 * end, and cached service tokens are dropped. Errors: gateway_not_found for an unknown account or instance.
 */
export const createRevoke =
  ({ revocations, accounts, instances, forgetServiceTokens, auditTrail }: Deps) =>
  async (request: Request, operator: Operator): Promise<Revocation> => {
    const { kind, id } = request;
    const known = { account: accounts.find, instance: instances.find, jti: async () => true };
    if (!(await known[kind](id)))
      throw fail('gateway_not_found', { field: 'id', hint: `there is no such ${kind}` });
    const action = actionOn(request, kind === 'jti' ? 'service-token.revoke' : `${kind}.revoke`);
    const { revocation } = await auditTrail.recordChange(operator, action, (record) =>
      revocations.revoke({ kind, id }, record),
    );
    if (kind === 'account') await forgetServiceTokens(id);
    return revocation;
  };

/** Lifts a revocation; the viewer has to sign in again. Returns false when there was none. */
export const createLiftRevocation =
  ({ revocations, auditTrail }: Pick<Deps, 'revocations' | 'auditTrail'>) =>
  async (request: Request, operator: Operator): Promise<boolean> => {
    const { kind, id } = request;
    const { entry } = await auditTrail.recordChange(
      operator,
      actionOn(request, 'revocation.lift'),
      (record) => revocations.lift({ kind, id }, record),
    );
    return entry !== undefined;
  };

export type LiftRevocation = ReturnType<typeof createLiftRevocation>;

const actionOn = ({ kind, id, reason }: Request, action: Action['action']): Action => ({
  action,
  target: { kind, id },
  reason,
});
