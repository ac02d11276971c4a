import type { ClientToken, ClientTokens } from '#src/families/client-tokens';
import type { Instances } from '#src/families/instances';
import { keysOf, type Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';

interface Deps {
  readonly instances: Pick<Instances, 'authenticate' | 'seen'>;
  readonly revocations: Pick<Revocations, 'refuse'>;
  readonly clientTokens: Pick<ClientTokens, 'issue'>;
}

/** An access token for a registered instance, before or without a viewer. */
export const createIssueClientToken =
  ({ instances, revocations, clientTokens }: Deps) =>
  async ({ clientId, clientSecret }: { clientId: string; clientSecret: string }): Promise<ClientToken> => {
    const instance = await instances.authenticate(clientId, clientSecret);
    if (!instance) throw fail('client_credentials_invalid', { field: 'client_id' });
    await revocations.refuse(keysOf(instance.id));
    await instances.seen(instance.id);
    return clientTokens.issue(instance);
  };

export type IssueClientToken = ReturnType<typeof createIssueClientToken>;
