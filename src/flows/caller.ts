import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Device } from '#src/lib/device';
import type { Instance } from '#src/stores/ports';

/** Who is calling: an instance of an app, and the viewer signed in on it, if any. */
export interface Caller {
  readonly app: AppConfig;
  readonly family: FamilyConfig;
  readonly instance: Instance;
  readonly viewer?: string | undefined;
}

export interface ViewerRequest {
  readonly caller: Caller;
  readonly device: Device;
  readonly serviceProvider: string;
  /** The AD-Service-Token that the app supplied, not yet verified. */
  readonly suppliedToken?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The account whose credentials a call uses: the viewer's own, or '' for the device's. */
export const holderOf = ({ family, viewer }: Caller): string =>
  family.profilesPer === 'viewer' ? (viewer ?? '') : '';
