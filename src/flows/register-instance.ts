import type { AppConfig } from '#src/config/schema';
import type { Instances, RegisteredInstance } from '#src/families/instances';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';

interface Deps {
  readonly apps: readonly AppConfig[];
  readonly instances: Pick<Instances, 'register'>;
}

/**
 * POST /o/client/register: the app's software statement makes an installation a client of the gateway. Adobe hears
 * of it at the first call that needs credentials there.
 */
export const createRegisterInstance = ({ apps, instances }: Deps) => {
  // Looked up by hash, so that the time it takes says nothing about how much of a guess was right.
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
