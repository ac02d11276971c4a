/**
 * What Adobe's dashboard configures for a service provider: its integrations with MVPDs and the degradation rules.
 * This folder owns both, and the configuration operation that shows them; it must not know sessions or profiles.
 */
import type { Fixtures, Mvpd, ServiceProvider } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { type Answer, ok } from '../requests/answer.ts';
import type { Call } from '../requests/call.ts';
import { readDeviceInfo } from '../requests/device.ts';
import type { SwitchReader } from '../switches.ts';
import type { Integrations } from './integrations.ts';

interface Deps {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly integrations: Pick<Integrations, 'isActive' | 'requiresOwnLogin'>;
  readonly switches: SwitchReader<'configurationShape'>;
  readonly clock: Clock;
}

/** Booleans that are false are left out. */
const pickerEntry = (
  { integrations }: Pick<Deps, 'integrations'>,
  serviceProvider: ServiceProvider,
  mvpd: Mvpd,
) => {
  const { id, displayName, logoUrl, isTempPass, authentication, partner } = mvpd;
  const authPerAggregator = isTempPass || integrations.requiresOwnLogin(serviceProvider, id);
  const isProxy = authentication?.protocol === 'saml' && authentication.proxy !== undefined;
  return {
    id,
    displayName,
    logoUrl,
    ...(authPerAggregator && { authPerAggregator }),
    ...(isTempPass && { isTempPass }),
    ...(isProxy && { isProxy }),
    ...(partner && {
      boardingStatus: partner.boardingStatus,
      platformMappingId: partner.mappingId,
      enablePlatformServices: true,
      displayInPlatformPicker: true,
    }),
  };
};

/** GET /api/v2/{serviceProvider}/configuration: the contents of an MVPD picker. */
export const createConfiguration =
  (deps: Deps) =>
  ({ serviceProvider, headers }: Call): Answer => {
    const { fixtures, integrations, switches, clock } = deps;
    const info = readDeviceInfo(headers['x-device-info']) ?? {};
    const text = (key: string): string => (typeof info[key] === 'string' ? info[key] : 'unknown');
    const { id, name, domains } = serviceProvider;
    const mvpds = fixtures.mvpds
      .filter((mvpd) => integrations.isActive(serviceProvider, mvpd.id))
      .map((mvpd) => pickerEntry(deps, serviceProvider, mvpd));
    const base = { device: text('model'), clientType: 'html5', os: text('osName') };
    if (switches.now.configurationShape === 'table')
      return ok({
        ...base,
        errorReporting: [],
        requestor: { id, name, domains },
        mvpds,
        time: clock.now(),
      });
    const asObjects = domains.map((domain) => ({ name: domain, mvpdInitiated: false }));
    return ok({ ...base, requestor: { id, name, domains: asObjects, mvpds } });
  };
