import { createHash } from 'node:crypto';
import { compositeKey } from '#src/lib/single-flight';
import type { AdobeContext } from './context.ts';
import { plain } from './profiles/user-metadata.ts';
import type { Degradation } from './state.ts';
import type { Owner } from './viewer.ts';

/** How long a degraded profile holds when its rule has no end. */
const hour = 3_600_000;
const prefix = '95cf93bcd183214a';

export const anywhere = '*';

/** Rules that stand in for an MVPD out of order; the most particular one counts. */
export const createDegradations = ({
  state,
  clock,
  changed,
}: Pick<AdobeContext, 'state' | 'clock' | 'changed'>) => ({
  set: (where: { serviceProvider: string; mvpd: string }, rule: Degradation): void => {
    state.degradations.set(compositeKey(where.serviceProvider, where.mvpd), rule);
    changed();
  },
  clear: (): void => {
    state.degradations.clear();
    changed();
  },
  of: (serviceProvider: string, mvpd: string): Degradation | null => {
    const places = [
      [serviceProvider, mvpd],
      [anywhere, mvpd],
      [serviceProvider, anywhere],
      [anywhere, anywhere],
    ];
    for (const place of places) {
      const found = state.degradations.get(compositeKey(...place));
      if (found && found.since <= clock.now() && (found.until === null || found.until > clock.now()))
        return found;
    }
    return null;
  },
  /** The profile that AuthNAll gives to anybody. */
  view: ({ device, serviceProvider }: Omit<Owner, 'client'>, mvpd: string, { since, until }: Degradation) => {
    const hash = createHash('sha1')
      .update(compositeKey(serviceProvider, mvpd, device))
      .digest('hex');
    return {
      notBefore: since,
      notAfter: until ?? clock.now() + hour,
      issuer: 'Adobe',
      type: 'degraded',
      attributes: { userID: plain(`${prefix}${hash}`) },
    };
  },
});

export type Degradations = ReturnType<typeof createDegradations>;
