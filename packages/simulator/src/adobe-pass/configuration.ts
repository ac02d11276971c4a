import type { Mvpd, ServiceProvider } from '#src/fixtures';
import type { Call } from './call.ts';
import { type AdobeContext, type Answer, ok } from './context.ts';
import { readDeviceInfo } from './device.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'integrations' | 'switches' | 'clock'>;

/** False booleans are left out. */
const pickerEntry = ({ integrations }: Context, serviceProvider: ServiceProvider, mvpd: Mvpd) => {
  const { id, displayName, logoUrl, isTempPass, authentication, partner } = mvpd;
  const alone = isTempPass || integrations.standsAlone(serviceProvider, id);
  const proxied = authentication?.protocol === 'saml' && authentication.proxy !== undefined;
  return {
    ...{ id, displayName, logoUrl },
    ...(alone && { authPerAggregator: true }),
    ...(isTempPass && { isTempPass }),
    ...(proxied && { isProxy: true }),
    ...(partner && {
      boardingStatus: partner.boardingStatus,
      platformMappingId: partner.mappingId,
      enablePlatformServices: true,
      displayInPlatformPicker: true,
    }),
  };
};

/** GET /api/v2/{serviceProvider}/configuration: what an MVPD picker shows. */
export const createConfiguration =
  (context: Context) =>
  ({ serviceProvider, headers }: Call): Answer => {
    const { fixtures, integrations, switches, clock } = context;
    const info = readDeviceInfo(headers['x-device-info']) ?? {};
    const text = (key: string): string => (typeof info[key] === 'string' ? info[key] : 'unknown');
    const { id, name, domains } = serviceProvider;
    const mvpds = fixtures.mvpds
      .filter((mvpd) => integrations.isActive(serviceProvider, mvpd.id))
      .map((mvpd) => pickerEntry(context, serviceProvider, mvpd));
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
