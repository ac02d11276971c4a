/** What every implementation of the stores promises. One suite, run against each of them. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Clock } from '#src/lib/clock';
import type { Stores } from '#src/stores/ports';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { accountPromises } from './conformance/accounts.ts';
import { artifactChangePromises } from './conformance/artifact-changes.ts';
import { artifactPromises } from './conformance/artifacts.ts';
import { auditPromises } from './conformance/audit.ts';
import { callerPromises } from './conformance/callers.ts';
import { changePromises } from './conformance/changes.ts';
import { counterPromises } from './conformance/counters.ts';
import { credentialPromises } from './conformance/credentials.ts';
import { exchangePromises } from './conformance/exchanges.ts';
import { importPromises } from './conformance/imports.ts';
import { instancePromises } from './conformance/instances.ts';
import { keyFilePromises } from './conformance/key-files.ts';
import { leasePromises } from './conformance/leases.ts';
import { openedSignInPromises } from './conformance/opened-sign-ins.ts';
import { profilePromises } from './conformance/profiles.ts';
import { recordPromises } from './conformance/records.ts';
import { revocationPromises } from './conformance/revocations.ts';
import { signInPromises } from './conformance/sign-ins.ts';
import { subjectPromises } from './conformance/subjects.ts';
import { sweepPromises } from './conformance/sweep.ts';

/** Two doors to the same data: two connections where an implementation has such. */
export interface Doors {
  readonly stores: Stores;
  readonly rival: Stores;
}

/** How time passes in an implementation. */
interface Time {
  /** Lets time pass by a clock of its own, if it has one. */
  readonly pass?: (ms: number) => Promise<void>;
  /** Milliseconds by which the end of a lease may be off: that of a clock which does not stand still for a test. */
  readonly margin?: number;
}

export interface Given extends Doors, Required<Time> {
  readonly clock: ManualClock;
}

/** No implementation may mistake the time of its caller for its own. */
const past = Date.UTC(2020, 0, 1);

export type Start = () => Promise<Given>;

export const describeStores = (name: string, open: (clock: Clock) => Promise<Doors & Time>): void => {
  const start: Start = async () => {
    const clock = createManualClock(past);
    const { pass, margin = 1, ...doors } = await open(clock);
    onTestFinished(async () => {
      await doors.stores.close();
      await doors.rival.close();
    });
    return {
      ...doors,
      clock,
      margin,
      pass: async (ms) => {
        await clock.advance(ms);
        await pass?.(ms);
      },
    };
  };

  describe(`${name} stores`, () => {
    describe('accounts', () => accountPromises(start));
    describe('subjects', () => subjectPromises(start));
    describe('instances', () => instancePromises(start));
    describe('sign-ins', () => signInPromises(start));
    describe('opened sign-ins', () => openedSignInPromises(start));
    describe('revocations', () => revocationPromises(start));
    describe('credentials', () => credentialPromises(start));
    describe('imports', () => importPromises(start));
    describe('records', () => recordPromises(start));
    describe('artifacts', () => artifactPromises(start));
    describe('changes of artifacts', () => artifactChangePromises(start));
    describe('exchanges', () => exchangePromises(start));
    describe('leases', () => leasePromises(start));
    describe('counters', () => counterPromises(start));
    describe('audit log', () => auditPromises(start));
    describe('key files', () => keyFilePromises(start));
    describe('callers', () => callerPromises(start));
    describe('known profiles', () => profilePromises(start));
    describe('changes', () => changePromises(start));
    describe('sweep', () => sweepPromises(start));

    test('answer a ping until they are closed; closing twice does no harm', async () => {
      const { stores } = await start();
      await stores.ping();
      await stores.close();
      await stores.close();
      await expect(stores.ping()).rejects.toMatchObject({ code: 'gateway_unavailable' });
    });

    test('close by themselves at the end of a block', async () => {
      const { stores } = await start();
      {
        await using block = stores;
        await block.ping();
      }
      await expect(stores.ping()).rejects.toThrow();
    });
  });
};
