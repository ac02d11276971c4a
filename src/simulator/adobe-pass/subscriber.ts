import type { Subscription } from '../fixtures.ts';
import type { MvpdSubscriber } from './mvpd-ports.ts';

/** A subscriber of the fixtures as Adobe's normalised user metadata has them. */
export const subscriberOf = ({ userId, householdId, zip }: Subscription): MvpdSubscriber => ({
  userId,
  attributes: { householdID: householdId, zip: [...zip] },
  session: null,
  notAfter: null,
});
