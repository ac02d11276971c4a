import type { Call } from './call.ts';
import { type AdobeContext, type Answer, ok } from './context.ts';
import { readDeviceInfo } from './device.ts';

/** GET /api/v2/{serviceProvider}/configuration: what an MVPD picker shows. False booleans are left out. */
export const createConfiguration =
  ({ fixtures }: Pick<AdobeContext, 'fixtures'>) =>
  ({ serviceProvider, headers }: Call): Answer => {
    const info = readDeviceInfo(headers['x-device-info']) ?? {};
    const text = (key: string): string => (typeof info[key] === 'string' ? info[key] : 'unknown');
    return ok({
      device: text('model'),
      clientType: 'html5',
      os: text('osName'),
      requestor: {
        id: serviceProvider.id,
        name: serviceProvider.name,
        domains: serviceProvider.domains.map((name) => ({ name, mvpdInitiated: false })),
        mvpds: fixtures.mvpds
          .filter(({ id }) => serviceProvider.mvpds.includes(id))
          .map(({ id, displayName, logoUrl, isTempPass }) => ({
            id,
            displayName,
            logoUrl,
            ...(isTempPass && { isTempPass, authPerAggregator: true }),
          })),
      },
    });
  };
