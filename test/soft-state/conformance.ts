/** What every implementation of the soft state promises. One suite, run against each of them. */
import { describe, onTestFinished } from 'vitest';
import type { Clock } from '#src/lib/clock';
import type { SoftState } from '#src/soft-state/ports';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { allowancePromises } from './conformance/allowances.ts';
import { noticePromises } from './conformance/notices.ts';
import { pacePromises } from './conformance/paces.ts';
import { pollPromises } from './conformance/polls.ts';
import { probePromises } from './conformance/probes.ts';

/** Two doors to the same state: two processes where an implementation has such. */
export interface Doors extends AsyncDisposable {
  readonly stores: SoftState;
  readonly rival: SoftState;
}

export interface Given extends Pick<Doors, 'stores' | 'rival'> {
  readonly clock: ManualClock;
}

export type Start = () => Promise<Given>;

export const describeSoftState = (name: string, open: (clock: Clock) => Promise<Doors>): void => {
  const start: Start = async () => {
    const clock = createManualClock();
    const doors = await open(clock);
    onTestFinished(() => doors[Symbol.asyncDispose]());
    return { stores: doors.stores, rival: doors.rival, clock };
  };

  describe(`${name} soft state`, () => {
    describe('paces', () => pacePromises(start));
    describe('probes', () => probePromises(start));
    describe('allowances', () => allowancePromises(start));
    describe('polls', () => pollPromises(start));
    describe('notices', () => noticePromises(start));
  });
};
