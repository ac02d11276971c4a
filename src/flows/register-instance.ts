import type { AppConfig } from '#src/config/schema';
import type { Instances, RegisteredInstance } from '#src/families/instances';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';

interface Deps {
  readonly apps: readonly AppConfig[];
  readonly instances: Pick<Instances, 'register'>;
}

/**
 * Registers an installation as a client of the gateway, by its app's software statement. It is registered at Adobe
 * with the first call that needs credentials there.
 */
export const createRegisterInstance = ({ apps, instances }: Deps) => {
  // By hash, so that the time of a look-up reveals nothing about a guess.
  const byStatement = new Map(apps.map((app) => [fingerprint(app.softwareStatement), app]));
  return async (input: {
    softwareStatement: string;
    redirectUri?: string | undefined;
  }): Promise<RegisteredInstance & { app: AppConfig }> => {
    const app = byStatement.get(fingerprint(input.softwareStatement));
    if (!app) throw fail('software_statement_invalid', { field: 'software_statement' });
    return { ...(await instances.register(app)), app };
  };
};

export type RegisterInstance = ReturnType<typeof createRegisterInstance>;
