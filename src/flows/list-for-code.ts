import type { AppConfig } from '#src/config/schema';
import { fail } from '#src/lib/errors';
import type { CallAsCreator, HeldCode } from './call-as-creator.ts';
import type { ListProviders } from './list-providers.ts';
import type { TvProvider } from './picker-rules.ts';

interface Deps {
  readonly callAsCreator: CallAsCreator;
  readonly listProviders: ListProviders;
  appOf(instance: string): Promise<AppConfig | undefined>;
}

export interface ListedForCode {
  /** The app that is to play. */
  readonly app: AppConfig;
  readonly providers: readonly TvProvider[];
}

/** `remembered`: the MVPD that the viewer has used before. */
export type ListForCode = (held: HeldCode, remembered?: string) => Promise<ListedForCode>;

/**
 * The TV providers that a viewer can choose for the device that created a code, as on that device. Errors:
 * invalid_authentication_session, those of `ListProviders`.
 */
export const createListForCode =
  ({ callAsCreator, listProviders, appOf }: Deps): ListForCode =>
  (held, remembered) =>
    callAsCreator(held, async (call, { instance }) => {
      const app = await appOf(instance);
      if (!app) throw fail('invalid_authentication_session', { field: 'code', detail: 'its app is gone' });
      const { device, serviceProvider, signal } = call;
      const query = { app, serviceProvider, device, remembered, signal };
      return { app, providers: await listProviders({ ...query, callAs: (run) => run(call) }) };
    });
