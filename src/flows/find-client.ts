import type { AppConfig } from '#src/config/schema';
import type { Instances } from '#src/families/instances';

interface Deps {
  findApp(id: string): AppConfig | undefined;
  readonly instances: Pick<Instances, 'find'>;
}

export interface OAuthClient {
  readonly app: AppConfig;
  /** SHA-256 of the secret; null for the app itself, a public client. */
  readonly secretHash: string | null;
}

/** Who a client_id is: an app, or a registered instance of one. */
export const createFindClient =
  ({ findApp, instances }: Deps) =>
  async (clientId: string): Promise<OAuthClient | undefined> => {
    const itself = findApp(clientId);
    if (itself) return { app: itself, secretHash: null };
    const instance = await instances.find(clientId);
    const app = instance?.secretHash ? findApp(instance.app) : undefined;
    return app && instance ? { app, secretHash: instance.secretHash } : undefined;
  };
