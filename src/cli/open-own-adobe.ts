import { type AdobePass, createAdobePass } from '#src/adobe-pass/adobe-pass';
import { allowancesIn } from '#src/adobe-pass/environment-allowances';
import { joinEnvironments } from '#src/adobe-pass/environments';
import { environmentsOf } from '#src/config/environments';
import type { Config } from '#src/config/schema';
import { systemClock as clock } from '#src/lib/clock';
import { systemIds as ids } from '#src/lib/ids';
import { createLocalSoftState } from '#src/soft-state/local/create';
import { createDistributedLock } from '#src/stores/lease';
import { createMemoryStores } from '#src/stores/memory/create';

/** A client of Adobe Pass with a store of its own: it neither uses nor leaves credentials in that of the gateway. */
export const openOwnAdobe = (config: Config): AdobePass => {
  const { records, leases } = createMemoryStores();
  const { allowances } = createLocalSoftState().join();
  const lock = createDistributedLock({ leases, clock, ids });
  return joinEnvironments(environmentsOf(config), ({ id, origin }) =>
    createAdobePass({
      settings: { ...config.adobe, origin },
      records,
      lock,
      allowances: allowancesIn(id, allowances),
      clock,
      maxTokens: config.caches.tokens,
    }),
  );
};
