import type { Mvpd, ServiceProvider } from '#src/fixtures';
import { compositeKey } from '#src/lib/composite-key';
import { type RefusalCode, refuse } from '../errors/refusal.ts';
import type { AdobeState, IntegrationChange } from '../state.ts';

interface Deps {
  readonly state: Pick<AdobeState, 'integrations'>;
  readonly changed: () => void;
}

type Changes = { readonly [K in keyof IntegrationChange]?: IntegrationChange[K] | undefined };

/** The integrations of service providers with MVPDs: those of the fixtures, as changed by the control API. */
export const createIntegrations = ({ state, changed }: Deps) => {
  const changesOf = (serviceProvider: ServiceProvider, mvpd: string): IntegrationChange =>
    state.integrations.get(compositeKey(serviceProvider.id, mvpd)) ?? {};

  const isActive = (serviceProvider: ServiceProvider, mvpd: string): boolean =>
    changesOf(serviceProvider, mvpd).enabled ?? serviceProvider.mvpds.includes(mvpd);

  const isMisconfigured = (serviceProvider: ServiceProvider, mvpd: string, code: RefusalCode): boolean =>
    changesOf(serviceProvider, mvpd).misconfigured?.includes(code) ?? false;

  return {
    isActive,
    isMisconfigured,
    /** Error: invalid_integration. */
    require: (serviceProvider: ServiceProvider, mvpd: string): void => {
      if (!isActive(serviceProvider, mvpd)) throw refuse('invalid_integration');
    },
    /** Whether this channel requires its own login (authPerAggregator) and so takes no part in single sign-on. */
    requiresOwnLogin: (serviceProvider: ServiceProvider, mvpd: string): boolean =>
      changesOf(serviceProvider, mvpd).authPerAggregator ??
      serviceProvider.authPerAggregator?.includes(mvpd) ??
      false,
    /** Whether Adobe permits everything without asking the MVPD. */
    usesDummyAuthorization: (serviceProvider: ServiceProvider, mvpd: Mvpd): boolean =>
      changesOf(serviceProvider, mvpd.id).dummyAuthorization ?? mvpd.dummyAuthorization ?? false,
    change: (
      { serviceProvider, mvpd }: { serviceProvider: string; mvpd: string },
      changes: Changes,
    ): void => {
      const key = compositeKey(serviceProvider, mvpd);
      const given = Object.entries(changes).filter(([, value]) => value !== undefined);
      state.integrations.set(key, { ...state.integrations.get(key), ...Object.fromEntries(given) });
      changed();
    },
  };
};

export type Integrations = ReturnType<typeof createIntegrations>;
