import { isOnDomain } from '#src/rest-v2/domains';
import type { RestRequest } from './caller.ts';
import type { RegisteredDomains } from './registered-domains.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly registeredDomains: RegisteredDomains;
  readonly instanceCall: ViewerCall;
}

/** The domainName of a session whose redirectUrl has this host: the registered domain that it is on; else the host itself. */
export type DomainOf = (request: RestRequest, host: string) => Promise<string>;

export const createDomainOf =
  ({ registeredDomains, instanceCall }: Deps): DomainOf =>
  async (request, host) => {
    const { environment } = request.caller.app;
    const known =
      registeredDomains.known({ environment, serviceProvider: request.serviceProvider }) ??
      (await instanceCall(request, (call) => registeredDomains.of(call)));
    return known?.find((domain) => isOnDomain(host, [domain])) ?? host;
  };
