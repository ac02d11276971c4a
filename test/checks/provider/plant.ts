import type { FamilyConfig } from '#src/config/schema';
import type { HostileProvider } from './hostile-provider.ts';

/** One thing that is wrong, and the one check that says so. */
export interface PlantedFault {
  readonly check: string;
  readonly verdict: 'failed' | 'warning';
  /** What is wrong. */
  readonly story: string;
  readonly plant?: (op: HostileProvider) => void;
  /** Laid over the provider's settings. */
  readonly settings?: Record<string, unknown>;
  readonly families?: readonly FamilyConfig[];
  /** What the operator reads, in summary or cure. */
  readonly says?: RegExp;
  readonly facts?: Record<string, unknown>;
}

/** Lays members over the discovery document. */
export const metadata =
  (members: Record<string, unknown> | ((origin: string) => Record<string, unknown>)) =>
  ({ script, origin }: HostileProvider): void => {
    script.metadata = typeof members === 'function' ? members(origin) : members;
  };

/** Publishes these keys alone. */
export const keys =
  (...published: readonly unknown[]) =>
  ({ script }: HostileProvider): void => {
    script.keys = published;
  };

/** Lets something else answer at a path. */
export const route =
  (path: string, handle: HostileProvider['routes'][string]) =>
  ({ routes }: HostileProvider): void => {
    routes[path] = handle;
  };

export const moved =
  (location: string) => (_: unknown, response: Parameters<HostileProvider['routes'][string]>[1]) =>
    void response.writeHead(301, { location }).end();
