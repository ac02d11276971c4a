import { KinpassError, withFacts } from '#src/lib/errors';
import { cureOf, cureOfRejection } from './cures.ts';
import type { RedirectProvider } from './provider.ts';
import type { Step } from './step.ts';

/** Why a sign-in failed that its viewer could not have helped. */
export interface ProviderFault {
  readonly step: Step;
  /** Origin and path. */
  readonly endpoint: string;
  /** A short word. */
  readonly error: string;
  /** What the operator can do. */
  readonly cure: string;
}

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

const faultOf = ({ code, facts }: KinpassError): ProviderFault | undefined => {
  if (code !== 'identity_provider_misconfigured' && code !== 'identity_provider_unavailable')
    return undefined;
  const { step = 'authorization', endpoint = '', error = 'unknown' } = facts as Partial<ProviderFault>;
  return { step, endpoint, error, cure: cureOf({ step, error }) };
};
