import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { AppConfig, Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { Check } from '../check.ts';
import { type AdminListener, isRunning } from './admin-listener.ts';
import { createAccessChecks } from './adobe-access.ts';
import { createAdobeClient, doctorDevice } from './adobe-client.ts';
import { createConfigurationCheck } from './adobe-configuration.ts';
import { createClockCheck } from './clock.ts';
import { createDnsCheck } from './dns.ts';
import { createEgressCheck } from './egress.ts';
import { createGatewayHostCheck } from './gateway-host.ts';
import { createKeysCheck, type OpenKeys } from './keys.ts';
import { createProxiesCheck } from './proxies.ts';
import { createPublicCheck } from './public-origin.ts';
import { createPublishedKeysCheck } from './published-keys.ts';
import { createRedirectUrlsCheck } from './redirect-urls.ts';
import type { ResolveAddresses } from './resolve-addresses.ts';
import { createSharedCheck } from './shared.ts';
import { createStatementCheck } from './software-statement.ts';
import { createStoreCheck } from './store.ts';
import { adobeTargetsOf, egressId, type Target, targetsOf, wayTo } from './targets.ts';
import { createTlsCheck } from './tls.ts';

interface Deps {
  readonly config: Config;
  readonly openKeys: OpenKeys;
  readonly adobe: Pick<AdobePass, 'register' | 'accessToken' | 'call'>;
  readonly admin: AdminListener;
  readonly resolve: ResolveAddresses;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly uid: number | undefined;
  readonly addressService?: URL | undefined;
  /** The only app to ask Adobe about; all of them if absent. */
  readonly app?: string | undefined;
}

/** The checks of `kinpass doctor`, in the order of the report. */
export const createGatewayChecks = (deps: Deps): readonly Check[] => {
  const { config, openKeys, admin, clock, ids } = deps;
  const { publicOrigin, production, store } = config;
  return [
    ...createConnectionChecks(deps),
    ...config.apps.flatMap((app, index) =>
      deps.app === undefined || app.id === deps.app ? createAppChecks(deps, app, index) : [],
    ),
    createKeysCheck({ openKeys, production }),
    createStoreCheck({ store, clock, uid: deps.uid }),
    createSharedCheck({ shared: config.shared, clock }),
    createPublicCheck({ publicOrigin, admin }),
    createPublishedKeysCheck({ openKeys, publicOrigin }),
    createProxiesCheck({ publicOrigin, source: config.public.clientAddress, admin, ids }),
  ];
};

/** Seconds: Adobe moves its addresses. */
const maxTtlOfAdobe = 300;

const createConnectionChecks = ({
  config,
  admin,
  resolve,
  clock,
  addressService,
}: Deps): readonly Check[] => {
  const { production, publicOrigin } = config;
  const environments = adobeTargetsOf(config);
  const [first] = environments;
  const adobeAt = ({ url }: Target) => environments.find((adobe) => adobe.url.origin === url.origin);
  const isPublic = ({ url }: Target) => url.origin === publicOrigin;
  const targets = targetsOf(config);
  const byHost = new Map(targets.toReversed().map((target) => [target.url.hostname, target]));
  return [
    ...[...byHost.values()]
      .reverse()
      .map((target) =>
        createDnsCheck({ ...target, resolve, ...(adobeAt(target) && { maxTtl: maxTtlOfAdobe }) }),
      ),
    ...environments.map((adobe) => createEgressCheck({ adobe, addressService })),
    ...targets.map((target) => {
      const adobe = adobeAt(target);
      return createTlsCheck({
        ...target,
        production,
        clock,
        ...(adobe && { needs: [egressId(adobe.environment)] }),
        ...(isPublic(target) && { isExpected: () => isRunning(admin) }),
      });
    }),
    ...(first ? [createClockCheck({ adobe: first, clock })] : []),
  ];
};

const createAppChecks = ({ config, adobe, clock }: Deps, app: AppConfig, index: number): readonly Check[] => {
  const client = createAdobeClient({ adobe, app, device: doctorDevice(index) });
  const needs = adobeTargetsOf(config)
    .filter(({ environment }) => environment === app.environment)
    .flatMap(({ environment, url }) => [egressId(environment), ...wayTo(url)]);
  return [
    createStatementCheck({ app, clock }),
    ...createAccessChecks({ app: app.id, client, needs }),
    ...app.serviceProviders.map((serviceProvider) =>
      createConfigurationCheck({ app: app.id, serviceProvider, client }),
    ),
    createRedirectUrlsCheck({ app, client }),
    createGatewayHostCheck({ app, client, publicOrigin: config.publicOrigin }),
  ];
};
