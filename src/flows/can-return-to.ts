import { isOnDomain } from '#src/rest-v2/domains';
import type { RestRequest } from './caller.ts';
import type { RegisteredDomains } from './registered-domains.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly instanceCall: ViewerCall;
  readonly registeredDomains: Pick<RegisteredDomains, 'of'>;
}

export type CanReturnTo = (request: Omit<RestRequest, 'input'>, host: string) => Promise<boolean>;

/**
 * Whether Adobe lets a browser return to this host after a login: it must be on a domain of the service provider. Where
 * nobody tells the domains, Adobe decides.
 */
export const createCanReturnTo =
  ({ instanceCall, registeredDomains }: Deps): CanReturnTo =>
  (request, host) =>
    instanceCall({ ...request, input: {} }, async (call) => {
      const domains = await registeredDomains.of(call);
      return domains === undefined || isOnDomain(host, domains);
    });
