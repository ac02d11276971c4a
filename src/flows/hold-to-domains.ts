import type { CallAdobe } from '#src/adobe-pass/client';
import { fail } from '#src/lib/errors';
import { isOnDomain } from '#src/rest-v2/domains';
import type { Input } from '#src/rest-v2/operation';
import { webHostOf } from '#src/rest-v2/redirect-url';
import type { OperationFlow } from './call-operation.ts';
import type { RegisteredDomains } from './registered-domains.ts';

/** What a browser is sent to, or said to come from. */
interface Named {
  /** The host of redirectUrl; undefined if the URL has a custom scheme, of which Adobe tells nothing. */
  readonly redirectHost: string | undefined;
  readonly domainName: string | undefined;
}

const namedIn = ({ body, query }: Input): Named => {
  const { redirectUrl, domainName } = { ...query, ...body };
  return {
    redirectHost: typeof redirectUrl === 'string' ? webHostOf(redirectUrl) : undefined,
    domainName: typeof domainName === 'string' ? domainName.toLowerCase() : undefined,
  };
};

const check = ({ redirectHost, domainName }: Named, domains: readonly string[]): void => {
  if (redirectHost !== undefined && !isOnDomain(redirectHost, domains)) {
    throw fail('invalid_parameter_redirect_url', {
      field: 'redirectUrl',
      hint: 'must be on a domain that is registered for the service provider',
    });
  }
  if (domainName !== undefined && !isOnDomain(domainName, domains)) {
    throw fail('gateway_parameter_invalid', {
      field: 'domainName',
      hint: 'must be a domain that is registered for the service provider',
    });
  }
};

/**
 * Holds redirectUrl and domainName to the registered domains of the service provider, if these are known. Errors:
 * invalid_parameter_redirect_url, gateway_parameter_invalid.
 */
export interface HoldToDomains {
  /** By what is known: before anything is sent to Adobe in the caller's name, a registration included. */
  first(flow: OperationFlow): OperationFlow;
  /** By what Adobe tells, for calls of any operation. */
  call(callAdobe: CallAdobe): CallAdobe;
}

export const createHoldToDomains = (domains: RegisteredDomains): HoldToDomains => ({
  first: (flow) => async (request) => {
    const { caller, serviceProvider, input } = request;
    const known = domains.known({ environment: caller.app.environment, serviceProvider });
    if (known) check(namedIn(input), known);
    return flow(request);
  },
  call: (callAdobe) => async (operation, call, input) => {
    const named = namedIn(input ?? {});
    if (named.redirectHost !== undefined || named.domainName !== undefined) {
      const registered = await domains.of(call);
      if (registered) check(named, registered);
    }
    return callAdobe(operation, call, input);
  },
});

export const holdToNothing: HoldToDomains = { first: (flow) => flow, call: (callAdobe) => callAdobe };
