import type { CallAdobe } from '#src/adobe-pass/client';
import type { Call } from '#src/adobe-pass/types';
import type { AppConfig } from '#src/config/schema';
import type { PickerSettings } from '#src/config/schema/picker';
import type { KnownAnswers } from '#src/known-answers/known-answers';
import type { Device } from '#src/lib/device';
import { fail } from '#src/lib/errors';
import { platformWords } from '#src/rest-v2/device-info';
import { mvpdsIn } from '#src/rest-v2/mvpds';
import { operations } from '#src/rest-v2/operations';
import { applyPickerRules, type PickerPlace, type TvProvider } from './picker-rules.ts';

/** For whom TV providers are listed. */
export interface ProvidersQuery {
  readonly app: Pick<AppConfig, 'id' | 'environment'>;
  readonly serviceProvider: string;
  /** The device that is to play, whoever chooses for it. */
  readonly device: Device;
  /** The MVPD that the viewer has used before. */
  readonly remembered?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs a call with the credentials of whoever asks; only where Adobe has to be asked. */
  callAs<T>(run: (call: Call) => Promise<T>): Promise<T>;
}

interface Deps {
  readonly callAdobe: CallAdobe;
  readonly knownAnswers: Pick<KnownAnswers, 'readConfiguration'>;
  readonly settings: PickerSettings;
}

/**
 * The TV providers that a viewer can choose, in order: of Adobe's configuration, as known or as it is now, what the rules of the
 * settings leave. Errors: those of the call; gateway_adobe_answer_invalid, if Adobe does not tell them.
 */
export type ListProviders = (query: ProvidersQuery) => Promise<readonly TvProvider[]>;

export const placeOf = ({
  app,
  serviceProvider,
  device,
}: Pick<ProvidersQuery, 'app' | 'serviceProvider' | 'device'>): PickerPlace => ({
  app: app.id,
  serviceProvider,
  environment: app.environment,
  country: device.country,
  platform: platformWords(device.info, device.headers['user-agent']),
});

export const createListProviders =
  ({ callAdobe, knownAnswers, settings }: Deps): ListProviders =>
  async ({ callAs, remembered, ...query }) => {
    const { app, serviceProvider, device, signal } = query;
    const operation = operations.configuration;
    const { status, body } = await knownAnswers.readConfiguration({
      operation,
      environment: app.environment,
      serviceProvider,
      device,
      input: {},
      fresh: false,
      signal,
      run: (shared) => callAs((call) => callAdobe(operation, { ...call, signal: shared }, {})),
    });
    if (status !== 200)
      throw fail('gateway_adobe_answer_invalid', { detail: `the configuration was answered ${status}` });
    return applyPickerRules(mvpdsIn(body), settings, placeOf(query), remembered);
  };
