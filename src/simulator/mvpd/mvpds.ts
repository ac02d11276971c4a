import type { Subscription } from '../fixtures.ts';

/** What the MVPDs tell Adobe Pass without a browser in between. */
export interface Mvpds {
  /** The subscriber who signed in for `request` at `mvpd`; null for any other code, and the second time. */
  redeem(login: { mvpd: string; request: string; code: string }): Subscription | null;
  /** Whether the subscriber's package holds the resource. */
  permits(question: { mvpd: string; userId: string; resource: string }): boolean;
}
