import { KinpassError, withFacts } from '#src/lib/errors';
import type { ProviderFault } from '#src/observability/provider-health';
import { cureOf, cureOfRejection } from './cures.ts';
import type { RedirectProvider } from './provider.ts';
import type { Step } from './step.ts';

/** Hears how sign-ins with a provider end, unless that is up to the viewer. */
export interface ProviderObserver {
  succeeded(): void;
  failed(fault: ProviderFault): void;
}

/** The provider, whose errors name it and, where it or its settings are at fault, the cure. */
export const observeProvider = (provider: RedirectProvider, observer: ProviderObserver): RedirectProvider => {
  const report = (error: unknown): unknown => {
    if (!(error instanceof KinpassError)) return error;
    const fault = faultOf(error);
    if (fault) observer.failed(fault);
    const cure = fault?.cure ?? cureOfRejection(error.detail);
    return withFacts(error, { provider: provider.id, ...(cure && { cure }) });
  };
  return {
    ...provider,
    begin: (input) =>
      provider.begin(input).catch((error: unknown) => {
        throw report(error);
      }),
    complete: async (input) => {
      const identity = await provider.complete(input).catch((error: unknown) => {
        throw report(error);
      });
      observer.succeeded();
      return identity;
    },
  };
};

/** What providers tell of their faults, with `withFacts`. */
type Facts = Pick<ProviderFault, 'endpoint' | 'error'> & { readonly step: Step };

const faultOf = ({ code, facts }: KinpassError): ProviderFault | undefined => {
  if (code !== 'identity_provider_misconfigured' && code !== 'identity_provider_unavailable')
    return undefined;
  const { step = 'authorization', endpoint = '', error = 'unknown' } = facts as Partial<Facts>;
  return { step, endpoint, error, cure: cureOf({ step, error }) };
};
