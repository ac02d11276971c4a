import type { Result } from '#src/checks/check';
import { createProviderChecks } from '#src/checks/provider/provider-checks';
import { runChecks } from '#src/checks/run';
import type { FamilyConfig } from '#src/config/schema';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import { type Clock, systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';

interface Examination {
  readonly config: Record<string, unknown>;
  readonly families?: readonly FamilyConfig[];
  readonly publicOrigin?: string;
  readonly clock?: Pick<Clock, 'now' | 'monotonic'>;
}

/** Runs the checks of the provider that this configuration describes, on loopback. */
export const examine = ({
  config,
  families = [],
  publicOrigin = 'https://sso.example',
  clock = systemClock,
}: Examination): Promise<readonly Result[]> => {
  const parsed = identityProviderSchema.parse({ id: 'op', label: 'An OP', ...config });
  const input = { config: parsed, families, publicOrigin, insecureHttp: true };
  const checks = createProviderChecks(input, { clock, ids: systemIds });
  return runChecks(checks, { clock: systemClock, timeout: 20_000 });
};

/** Verdicts by id, of the checks that are not in order. */
export const redOf = (results: readonly Result[]): Record<string, string> =>
  Object.fromEntries(
    results
      .filter(({ verdict }) => /^(failed|warning)$/.test(verdict))
      .map(({ id, verdict }) => [id, verdict]),
  );
