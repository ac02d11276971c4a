import type { Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';
import type { Log } from '#src/observability/logger';
import type { Revocation, RevocationKey } from '#src/stores/ports';
import type { ForgetServiceTokens } from './forget-service-tokens.ts';

interface Deps {
  readonly revocations: Pick<Revocations, 'revoke' | 'lift'>;
  /** Returns undefined for an unknown id. */
  readonly accounts: { find(id: string): Promise<object | undefined> };
  readonly instances: { find(id: string): Promise<object | undefined> };
  readonly forgetServiceTokens: ForgetServiceTokens;
  readonly log: Pick<Log, 'warn'>;
}

export type Revoke = ReturnType<typeof createRevoke>;

/**
 * An operator revokes an account, an instance or a service token: no token is issued for it any more, its sign-ins
 * end, and cached service tokens are dropped. Errors: gateway_not_found for an unknown account or instance.
 */
export const createRevoke =
  ({ revocations, accounts, instances, forgetServiceTokens, log }: Deps) =>
  async (input: RevocationKey & { readonly reason: string }): Promise<Revocation> => {
    const known = { account: accounts.find, instance: instances.find, jti: async () => true };
    if (!(await known[input.kind](input.id)))
      throw fail('gateway_not_found', { field: 'id', hint: `there is no such ${input.kind}` });
    const revocation = await revocations.revoke(input);
    if (input.kind === 'account') await forgetServiceTokens(input.id);
    log.warn({ audit: 'revoked', kind: input.kind, id: input.id }, 'audit');
    return revocation;
  };

/** Lifts a revocation; the viewer has to sign in again. Returns false when there was none. */
export const createLiftRevocation =
  ({ revocations, log }: Pick<Deps, 'revocations' | 'log'>) =>
  async ({ kind, id }: RevocationKey): Promise<boolean> => {
    const lifted = await revocations.lift({ kind, id });
    if (lifted) log.warn({ audit: 'revocation lifted', kind, id }, 'audit');
    return lifted;
  };

export type LiftRevocation = ReturnType<typeof createLiftRevocation>;
