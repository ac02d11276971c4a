import { createHash } from 'node:crypto';
import { compositeKey } from '#src/lib/composite-key';
import type { Owner } from '../requests/viewer.ts';
import type { Degradation } from '../state.ts';
import { plain } from './user-metadata.ts';

/** Lifetime of a degraded profile whose rule has no end. */
const defaultLifetime = 3_600_000;
const userIdPrefix = '95cf93bcd183214a';

/** The profile that AuthNAll gives to every device. */
export const degradedView = (
  { device, serviceProvider }: Omit<Owner, 'client'>,
  mvpd: string,
  { rule, now }: { rule: Degradation; now: number },
) => {
  const hash = createHash('sha1')
    .update(compositeKey(serviceProvider, mvpd, device))
    .digest('hex');
  return {
    notBefore: rule.since,
    notAfter: rule.until ?? now + defaultLifetime,
    issuer: 'Adobe',
    type: 'degraded',
    attributes: { userID: plain(`${userIdPrefix}${hash}`) },
  };
};
