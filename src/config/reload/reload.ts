import { fail } from '#src/lib/errors';
import { crossChecks } from '../checks/rules.ts';
import { type Finding, faultLines } from '../faults/fault.ts';
import type { Config } from '../schema.ts';
import { changedSettings } from './changed-settings.ts';

/** Settings that take effect at start-up only: listeners, store, shared state, keys, log and caches are opened once. */
const startUpSettings = [
  'production',
  'public',
  'admin',
  'store',
  'shared',
  'keys',
  'log',
  'caches',
] as const;

export interface ReloadedConfig {
  readonly config: Config;
  /** Changed settings that take effect at the next start. */
  readonly pendingRestart: readonly string[];
}

/**
 * Merges settings read at run time into those of the start: start-up settings keep their values. Pure.
 * Errors: config_invalid, when the result is not consistent.
 */
export const mergeReloadedConfig = (start: Config, next: Config): ReloadedConfig => {
  const readsProxyHeaders = start.public.clientAddress.from === 'proxyProtocol';
  const config: Config = {
    ...next,
    production: start.production,
    public: start.public,
    trustedProxies: readsProxyHeaders ? start.trustedProxies : next.trustedProxies,
    admin: start.admin,
    store: start.store,
    shared: start.shared,
    keys: start.keys,
    log: start.log,
    caches: start.caches,
  };
  const faults = [...crossChecks(config), ...longerLifetimes(start, next)];
  if (faults.length > 0) throw fail('config_invalid', { hint: faultLines(faults) });
  return {
    config: Object.freeze(config),
    pendingRestart: [
      ...startUpSettings,
      // The listener reads the headers of these.
      ...(readsProxyHeaders ? (['trustedProxies'] as const) : []),
    ].flatMap((name) => changedSettings(start[name], next[name], name)),
  };
};

/** A retiring key is kept for the max token lifetime known at start-up. */
const longerLifetimes = (start: Config, next: Config): Finding[] => {
  const longest = Math.max(...start.families.map(({ serviceToken }) => serviceToken.lifetime));
  return next.families.flatMap(({ serviceToken }, index) =>
    serviceToken.lifetime > longest
      ? [
          {
            path: ['families', index, 'serviceToken', 'lifetime'],
            message: 'exceeds the longest lifetime at start-up; restart to apply it',
          },
        ]
      : [],
  );
};
