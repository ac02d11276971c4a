/**
 * What Adobe's dashboard configures for a service provider: its integrations with MVPDs and the degradation rules.
 * This folder owns both, and the configuration operation that shows them; it must not know sessions or profiles.
 */
import type { Fixtures, Mvpd, ServiceProvider } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { type Answer, ok } from '../requests/answer.ts';
import type { Call } from '../requests/call.ts';
import { readDeviceInfo } from '../requests/device.ts';
import type { Switches, SwitchReader } from '../switches.ts';
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

type Members = Pick<ServiceProvider, 'id' | 'name' | 'domains'> & {
  readonly mvpds: readonly ReturnType<typeof pickerEntry>[];
  /** A value of X-Device-Info. */
  text(key: string): string;
  readonly now: number;
};

const asObjects = (domains: readonly string[]) =>
  domains.map((domain) => ({ name: domain, mvpdInitiated: false }));

const clientType = 'html5';

const shapes: Readonly<Record<Switches['configurationShape'], (members: Members) => object>> = {
  sample: ({ id, name, domains, mvpds, text }) => ({
    device: text('model'),
    clientType,
    os: text('osName'),
    requestor: { id, name, domains: asObjects(domains), mvpds },
  }),
  table: ({ id, name, domains, mvpds, text, now }) => ({
    device: text('model'),
    clientType,
    os: text('osName'),
    errorReporting: [],
    requestor: { id, name, domains },
    mvpds,
    time: now,
  }),
  openapi: ({ id, name, domains, mvpds, text }) => ({
    platform: text('model'),
    platformCategory: text('primaryHardwareType'),
    sdkType: clientType,
    os: text('osName'),
    requestor: { id, name, domains: asObjects(domains), mvpds },
  }),
};

/** GET /api/v2/{serviceProvider}/configuration: the contents of an MVPD picker. */
export const createConfiguration =
  (deps: Deps) =>
  ({ serviceProvider, headers }: Call): Answer => {
    const { fixtures, integrations, switches, clock } = deps;
    const info = readDeviceInfo(headers['x-device-info']) ?? {};
    const mvpds = fixtures.mvpds
      .filter((mvpd) => integrations.isActive(serviceProvider, mvpd.id))
      .map((mvpd) => pickerEntry(deps, serviceProvider, mvpd));
    return ok(
      shapes[switches.now.configurationShape]({
        ...serviceProvider,
        mvpds,
        text: (key) => (typeof info[key] === 'string' ? info[key] : 'unknown'),
        now: clock.now(),
      }),
    );
  };
