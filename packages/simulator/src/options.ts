import type { SwitchSettings } from '#src/adobe-pass/switches';
import { defaultFixtures } from '#src/default-fixtures';
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { Ports } from '#src/listen';
import type { ThrottlePolicy } from '#src/throttle';
import { fixturesOf } from '#src/world-file/complete';
import { readWorld } from '#src/world-file/read';
import type { WorldInput } from '#src/world-file/schema';

export interface SimulatorOptions {
  readonly host?: '127.0.0.1';
  /** One port per party, or the first of a consecutive range; 0 picks any free port. */
  readonly ports?: Ports;
  /** The gateway's origin: its redirect URIs at the identity providers are `<origin>/callback/<provider>`. */
  readonly gatewayOrigin?: string;
  /** File that keeps the state across restarts. Default: in memory only. */
  readonly stateFile?: string;
  /** The world, or the YAML or JSON file that describes it. Default: the world of Adobe's samples. */
  readonly world?: WorldInput | string;
  /** A complete set of fixtures; takes precedence over `world`. */
  readonly fixtures?: Fixtures;
  /** The real clock. The simulated clock may run ahead of it. */
  readonly clock?: Clock;
  /** Makes generated ids, codes and tokens reproducible, except RSA keys and the DTC's own codes. */
  readonly seed?: string;
  readonly ids?: Ids;
  /** Adobe's rate limit; overrides the switch. Null disables it. */
  readonly throttle?: ThrottlePolicy | null;
  /** Behavior where Adobe's documentation is silent or contradicts itself. */
  readonly switches?: SwitchSettings;
}

/** Errors: config_invalid, ZodError. */
export const resolveFixtures = async ({ fixtures, world }: SimulatorOptions): Promise<Fixtures> => {
  if (fixtures) return fixtures;
  if (world === undefined) return defaultFixtures;
  return typeof world === 'string' ? readWorld(world) : fixturesOf(world);
};
