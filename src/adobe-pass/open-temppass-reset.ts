import { defaultEnvironment } from '#src/config/environments';
import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { AdobePass } from './adobe-pass.ts';
import { createTempPassReset, type TempPassReset } from './temppass-reset.ts';

interface Deps {
  readonly adobe: Pick<AdobePass, 'register' | 'accessToken'>;
  readonly clock: Clock;
}

/** Undefined where the settings have no software statement for it. */
export const openTempPassReset = (
  { tempPassReset, connectTimeout, timeout }: Config['adobe'],
  deps: Deps,
): TempPassReset | undefined =>
  tempPassReset &&
  createTempPassReset({
    ...deps,
    settings: { ...tempPassReset, environment: defaultEnvironment, connectTimeout, timeout },
  });
