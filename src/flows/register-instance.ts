import type { AppConfig } from '#src/config/schema';
import { statementsOf } from '#src/config/software-statements';
import type { Instances, RegisteredInstance } from '#src/families/instances';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';

interface Deps {
  readonly apps: readonly AppConfig[];
  readonly instances: Pick<Instances, 'register'>;
}

/**
 * Registers an installation as a client of the gateway, by a software statement of its app. It is registered at Adobe, with
 * the same statement and redirect URI, by the first call that needs credentials there.
 */
export const createRegisterInstance = ({ apps, instances }: Deps) => {
  // By hash, so that the time of a look-up reveals nothing about a guess.
  const byStatement = new Map(
    apps.flatMap((app) =>
      statementsOf(app).map((statement): [string, AppConfig] => [fingerprint(statement), app]),
    ),
  );
  return async (input: {
    softwareStatement: string;
    redirectUri?: string | undefined;
  }): Promise<RegisteredInstance & { app: AppConfig }> => {
    const statementHash = fingerprint(input.softwareStatement);
    const app = byStatement.get(statementHash);
    if (!app) throw fail('software_statement_invalid', { field: 'software_statement' });
    const { redirectUri = null } = input;
    return { ...(await instances.register({ app, statementHash, redirectUri })), app };
  };
};

export type RegisterInstance = ReturnType<typeof createRegisterInstance>;
