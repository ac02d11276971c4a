import { createAdobePass } from '#src/adobe-pass/adobe-pass';
import { allowancesIn } from '#src/adobe-pass/environment-allowances';
import { joinEnvironments } from '#src/adobe-pass/environments';
import type { Result } from '#src/checks/check';
import { createGatewayChecks } from '#src/checks/gateway/gateway-checks';
import type { ResolveAddresses } from '#src/checks/gateway/resolve-addresses';
import { runChecks } from '#src/checks/run';
import { createAdminClient } from '#src/cli/admin-client';
import { keysToInspect } from '#src/cli/keys/inspect';
import { environmentsOf } from '#src/config/environments';
import { parseConfig } from '#src/config/load';
import { type Clock, systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createLocalSoftState } from '#src/soft-state/local/create';
import { createDistributedLock } from '#src/stores/lease';
import { createMemoryStores } from '#src/stores/memory/create';

interface World {
  readonly settings: Record<string, unknown>;
  readonly clock?: Clock;
  readonly resolve?: ResolveAddresses;
  readonly addressService?: URL;
  readonly uid?: number;
}

export interface Examination {
  readonly results: readonly Result[];
  /** The result of one check. */
  of(id: string): Result;
  /** Ids of the checks that failed, and of those that warned. */
  readonly failed: readonly string[];
  readonly warned: readonly string[];
}

const noDns: ResolveAddresses = async () => [];

/** Runs the checks of `kinpass doctor` with these settings. */
export const examine = async (world: World): Promise<Examination> => {
  const { settings, clock = systemClock, resolve = noDns, addressService, uid = process.getuid?.() } = world;
  const config = parseConfig(settings);
  const { records, leases } = createMemoryStores();
  const lock = createDistributedLock({ leases, clock, ids: systemIds });
  const { allowances } = createLocalSoftState().join();
  const adobe = joinEnvironments(environmentsOf(config), ({ id, origin }) =>
    createAdobePass({
      settings: { ...config.adobe, origin },
      records,
      lock,
      allowances: allowancesIn(id, allowances),
      clock,
      maxTokens: 10,
    }),
  );
  const checks = createGatewayChecks({
    config,
    openKeys: keysToInspect(config, clock).open,
    adobe,
    admin: createAdminClient(config.admin),
    resolve,
    clock,
    ids: systemIds,
    uid,
    addressService,
  });
  const results = await runChecks(checks, { clock: systemClock, timeout: 20_000 }).finally(adobe.close);
  const having = (verdict: Result['verdict']) =>
    results.filter((result) => result.verdict === verdict).map(({ id }) => id);
  return {
    results,
    of: (id) => {
      const found = results.find((result) => result.id === id);
      if (!found) throw new Error(`there is no check ${id}: ${results.map((result) => result.id).join(' ')}`);
      return found;
    },
    failed: having('failed'),
    warned: having('warning'),
  };
};
