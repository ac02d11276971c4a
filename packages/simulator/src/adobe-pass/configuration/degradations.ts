import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/composite-key';
import type { AdobeState, Degradation } from '../state.ts';
import type { SwitchReader } from '../switches.ts';

interface Deps {
  readonly state: Pick<AdobeState, 'degradations'>;
  readonly clock: Clock;
  readonly changed: () => void;
}

/** Matches every service provider, or every MVPD. */
export const anywhere = '*';

/** Degradation rules, which replace the answers of an MVPD during an outage; the most specific rule applies. */
export const createDegradations = ({ state, clock, changed }: Deps) => ({
  set: (scope: { serviceProvider: string; mvpd: string }, rule: Degradation): void => {
    state.degradations.set(compositeKey(scope.serviceProvider, scope.mvpd), rule);
    changed();
  },
  clear: (): void => {
    state.degradations.clear();
    changed();
  },
  of: (serviceProvider: string, mvpd: string): Degradation | null => {
    const scopes = [
      [serviceProvider, mvpd],
      [anywhere, mvpd],
      [serviceProvider, anywhere],
      [anywhere, anywhere],
    ];
    const now = clock.now();
    for (const scope of scopes) {
      const found = state.degradations.get(compositeKey(...scope));
      if (found && found.since <= now && (found.until === null || found.until > now)) return found;
    }
    return null;
  },
});

export type Degradations = ReturnType<typeof createDegradations>;

export interface DegradedDeps {
  readonly degradations: Pick<Degradations, 'of'>;
  readonly switches: SwitchReader<'degradationPriority'>;
}

/** The AuthNAll rule that replaces authentication, if it applies. `found`: a profile that exists nevertheless. */
export const degradedBy = (
  { degradations, switches }: DegradedDeps,
  { serviceProvider, mvpd }: { serviceProvider: string; mvpd: string },
  found: unknown,
): Degradation | null => {
  const rule = degradations.of(serviceProvider, mvpd);
  if (rule?.rule !== 'AuthNAll') return null;
  return found && switches.now.degradationPriority === 'profile' ? null : rule;
};
