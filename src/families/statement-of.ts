import type { AppConfig } from '#src/config/schema';
import { statementsOf } from '#src/config/software-statements';
import { fingerprint } from '#src/lib/ids';

/**
 * The software statement of the version of an app that registered with the one of this hash. A version whose statement is
 * no longer configured, and an installation that a sign-in created, use the newest.
 */
export const statementOf = (app: Pick<AppConfig, 'softwareStatement'>, hash: string | null): string => {
  const [newest, ...others] = statementsOf(app);
  return others.find((statement) => fingerprint(statement) === hash) ?? newest;
};

/** The hash of that statement. */
export const statementHashOf = (
  app: Pick<AppConfig, 'softwareStatement'>,
  { statementHash }: { readonly statementHash: string | null },
): string => fingerprint(statementOf(app, statementHash));
