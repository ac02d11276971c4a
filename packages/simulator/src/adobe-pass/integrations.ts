import type { Mvpd, ServiceProvider } from '#src/fixtures';
import { compositeKey } from '#src/lib/single-flight';
import type { AdobeContext } from './context.ts';
import { type RefusalCode, refuse } from './refusal.ts';
import type { IntegrationChange } from './state.ts';

type Changes = { readonly [K in keyof IntegrationChange]?: IntegrationChange[K] | undefined };

/** Which service provider works with which MVPD, and how; the fixtures, with what has been changed since. */
export const createIntegrations = ({ state, changed }: Pick<AdobeContext, 'state' | 'changed'>) => {
  const changesOf = (serviceProvider: ServiceProvider, mvpd: string): IntegrationChange =>
    state.integrations.get(compositeKey(serviceProvider.id, mvpd)) ?? {};

  const isActive = (serviceProvider: ServiceProvider, mvpd: string): boolean =>
    changesOf(serviceProvider, mvpd).enabled ?? serviceProvider.mvpds.includes(mvpd);

  const isSpoilt = (serviceProvider: ServiceProvider, mvpd: string, code: RefusalCode): boolean =>
    changesOf(serviceProvider, mvpd).misconfigured?.includes(code) ?? false;

  return {
    isActive,
    isSpoilt,
    /** Error: invalid_integration. */
    require: (serviceProvider: ServiceProvider, mvpd: string): void => {
      if (!isActive(serviceProvider, mvpd)) throw refuse('invalid_integration');
    },
    /** Whether this channel wants a login of its own, and so neither gives nor takes an SSO profile. */
    standsAlone: (serviceProvider: ServiceProvider, mvpd: string): boolean =>
      changesOf(serviceProvider, mvpd).authPerAggregator ??
      serviceProvider.authPerAggregator?.includes(mvpd) ??
      false,
    permitsByItself: (serviceProvider: ServiceProvider, mvpd: Mvpd): boolean =>
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
