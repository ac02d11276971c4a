import type { AppConfig } from '#src/config/schema';
import { isOnDomain } from '#src/rest-v2/domains';
import type { Check, Outcome } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';
import type { AdobeClient } from './adobe-client.ts';
import { configurationId, readConfiguration } from './adobe-configuration.ts';

interface Deps {
  readonly app: Pick<
    AppConfig,
    'id' | 'serviceProviders' | 'redirectDomains' | 'redirectSchemes' | 'redirectUris'
  >;
  readonly client: AdobeClient;
}

/**
 * Whether Adobe has registered the domains that the app's redirect URLs are on. Adobe tells the domains of a service
 * provider in its configuration, and tells nothing about custom schemes.
 */
export const createRedirectUrlsCheck = ({ app, client }: Deps): Check => ({
  id: `adobe.${app.id}.redirect-urls`,
  question: `Are the redirect URLs of ${app.id} on domains that Adobe has registered?`,
  needs: app.serviceProviders.map((serviceProvider) => configurationId(app.id, serviceProvider)),
  run: async () => {
    const registered = new Map<string, readonly string[]>();
    for (const serviceProvider of app.serviceProviders) {
      const read = await readConfiguration(client, serviceProvider);
      if ('verdict' in read) return read;
      if (read.domains) registered.set(serviceProvider, read.domains);
    }
    return judge(app, registered);
  },
});

const judge = (app: Deps['app'], registered: ReadonlyMap<string, readonly string[]>): Outcome => {
  if (registered.size === 0) return skipped('Adobe tells no domains in the configuration.');
  const all = [...new Set([...registered.values()].flat())];
  const facts = { registeredDomains: all };
  const missing = (hosts: readonly string[]): string[] =>
    hosts.filter((host) => [...registered.values()].some((domains) => !isOnDomain(host, domains)));
  const unknown = missing(app.redirectDomains);
  if (unknown.length > 0) {
    const cure = `Ask Adobe to register them, or remove them from redirectDomains of ${app.id}.`;
    return failed(`Adobe has not registered ${unknown.join(', ')}.`, cure, facts);
  }
  if (app.redirectDomains.length > 0)
    return ok('Adobe has registered every domain of redirectDomains.', facts);
  if (app.redirectSchemes.length > 0) return skipped('Adobe tells nothing of custom schemes.', facts);
  const guessed = missing(webHosts(app.redirectUris));
  if (guessed.length > 0) {
    const cure = `Ask Adobe to register them if pages there are given as redirectUrl; list the app's domains in redirectDomains of ${app.id}.`;
    return warning(`Sign-in returns to ${guessed.join(', ')}, which Adobe has not registered.`, cure, facts);
  }
  return skipped('The app has no redirectDomains: Adobe alone checks its redirect URLs.', facts);
};

const webHosts = (uris: readonly string[]): readonly string[] =>
  uris
    .flatMap((uri) => URL.parse(uri) ?? [])
    .filter(({ protocol }) => protocol === 'https:' || protocol === 'http:')
    .map(({ hostname }) => hostname);
