import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '#src/lib/clock';
import type { Metrics } from './metrics.ts';

/** Why a sign-in failed that its viewer could not have helped. */
export interface ProviderFault {
  readonly step: string;
  /** Origin and path. */
  readonly endpoint: string;
  /** A short word. */
  readonly error: string;
  /** What the operator can do. */
  readonly cure: string;
}

/** Since when sign-ins with a provider fail, and the newest fault. */
interface Failing extends ProviderFault {
  readonly state: 'failing';
  /** When the first of these sign-ins failed, ISO 8601. */
  readonly since: string;
  /** How many sign-ins have failed since. */
  readonly failedSignIns: number;
}

/** `untried`: no sign-in has ended since the start, or since its settings changed. */
export type ProviderState = { readonly state: 'untried' | 'ok' } | Failing;

/** The settings of one provider; which ones does not matter here. */
export interface Settings {
  readonly id: string;
}

interface Deps {
  readonly clock: Pick<Clock, 'now'>;
  readonly metrics: Pick<Metrics, 'identityProviderFailed'>;
}

const untried: ProviderState = { state: 'untried' };

/**
 * How sign-ins with each identity provider end. One fails until the next success: viewers of other providers can still sign
 * in, so the gateway stays ready.
 */
export const createProviderHealth = ({ clock, metrics }: Deps) => {
  let known: ReadonlyMap<string, { readonly settings: Settings; state: ProviderState }> = new Map();

  /** A sign-in that began under other settings says nothing about the present ones. */
  const current = (settings: Settings) => {
    const found = known.get(settings.id);
    return found && isDeepStrictEqual(found.settings, settings) ? found : undefined;
  };

  return {
    /** These settings apply from now on. A provider whose settings changed is untried. */
    apply: (providers: readonly Settings[]): void => {
      const next = providers.map((settings) => ({ settings, state: current(settings)?.state ?? untried }));
      known = new Map(next.map((one) => [one.settings.id, one]));
    },

    observerOf: (settings: Settings) => ({
      succeeded: (): void => {
        const provider = current(settings);
        if (provider) provider.state = { state: 'ok' };
      },
      failed: (fault: ProviderFault): void => {
        metrics.identityProviderFailed({ provider: settings.id, step: fault.step });
        const provider = current(settings);
        if (!provider) return;
        const { state: before } = provider;
        const { since, failedSignIns } =
          before.state === 'failing'
            ? before
            : { since: new Date(clock.now()).toISOString(), failedSignIns: 0 };
        provider.state = { state: 'failing', since, ...fault, failedSignIns: failedSignIns + 1 };
      },
    }),

    /** By provider. */
    states: (): Readonly<Record<string, ProviderState>> =>
      Object.fromEntries([...known].map(([id, { state }]) => [id, state])),
  };
};
