import type { AppConfig } from '#src/config/schema';
import type { Instances } from '#src/families/instances';
import { keysOf, type Revocations } from '#src/families/revocations';

interface Deps {
  findApp(id: string): AppConfig | undefined;
  readonly instances: Pick<Instances, 'find'>;
  readonly revocations: Pick<Revocations, 'anyOf'>;
}

export interface OAuthClient {
  readonly app: AppConfig;
  /** SHA-256 of the secret; null for an app itself, which is a public client. */
  readonly secretHash: string | null;
}

/** The client of a client_id: an app, or a registered instance of one that is not revoked. */
export const createFindClient =
  ({ findApp, instances, revocations }: Deps) =>
  async (clientId: string): Promise<OAuthClient | undefined> => {
    const known = findApp(clientId);
    if (known) return { app: known, secretHash: null };
    const instance = await instances.find(clientId);
    const app = instance?.secretHash ? findApp(instance.app) : undefined;
    if (!app || !instance || (await revocations.anyOf(keysOf(instance.id)))) return undefined;
    return { app, secretHash: instance.secretHash };
  };
