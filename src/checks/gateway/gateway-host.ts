import type { AppConfig, Config } from '#src/config/schema';
import { isOnDomain } from '#src/rest-v2/domains';
import type { Check } from '../check.ts';
import { ok, skipped, warning } from '../outcome.ts';
import type { AdobeClient } from './adobe-client.ts';
import { configurationId, readConfiguration } from './adobe-configuration.ts';

interface Deps {
  readonly app: Pick<AppConfig, 'id' | 'serviceProviders'>;
  readonly client: AdobeClient;
  readonly publicOrigin: Config['publicOrigin'];
}

/**
 * Whether Adobe lets the browser that approved a TV return to the gateway after the login at the TV provider: the host must be on a
 * domain of each service provider.
 */
export const createGatewayHostCheck = ({ app, client, publicOrigin }: Deps): Check => ({
  id: `adobe.${app.id}.gateway-host`,
  question: `May a phone go on to the TV provider for a TV with ${app.id}?`,
  needs: app.serviceProviders.map((serviceProvider) => configurationId(app.id, serviceProvider)),
  run: async () => {
    const { hostname } = new URL(publicOrigin);
    const lacking: string[] = [];
    const unknown: string[] = [];
    for (const serviceProvider of app.serviceProviders) {
      const read = await readConfiguration(client, serviceProvider);
      if ('verdict' in read) return read;
      if (!read.domains) unknown.push(serviceProvider);
      else if (!isOnDomain(hostname, read.domains)) lacking.push(serviceProvider);
    }
    const facts = { host: hostname };
    if (lacking.length > 0) {
      const cure = `Ask Adobe to register ${hostname}, or a domain above it. Until then viewers choose their TV provider on the TV.`;
      return warning(`${hostname} is not on a registered domain of ${lacking.join(', ')}.`, cure, facts);
    }
    if (unknown.length > 0) return skipped(`Adobe tells no domains of ${unknown.join(', ')}.`, facts);
    return ok(`${hostname} is on a registered domain of each service provider.`, facts);
  },
});
