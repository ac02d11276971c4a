import type { Finding } from '#src/config/faults/fault';
import type { Config } from '#src/config/schema';
import { isOnDomain } from '#src/rest-v2/domains';

/**
 * Service providers whose domains the settings list, and to which Adobe would not let a browser return at the gateway. Of others,
 * only Adobe knows (`kinpass doctor`). Pure.
 */
export const unregisteredHost = ({
  publicOrigin,
  adobe,
}: Pick<Config, 'publicOrigin' | 'adobe'>): Finding[] => {
  const { hostname } = new URL(publicOrigin);
  return adobe.registeredDomains.serviceProviders.flatMap(({ id, domains }, index) =>
    isOnDomain(hostname, domains)
      ? []
      : [
          {
            path: ['adobe', 'registeredDomains', 'serviceProviders', index, 'domains'],
            message: `${id} lacks ${hostname}, the host of publicOrigin: a phone that has approved a TV does not go on to the TV provider`,
          },
        ],
  );
};
