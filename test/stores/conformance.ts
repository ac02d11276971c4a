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
import { instancePromises } from './conformance/instances.ts';
import { keyFilePromises } from './conformance/key-files.ts';
import { leasePromises } from './conformance/leases.ts';
import { openedSignInPromises } from './conformance/opened-sign-ins.ts';
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

export interface Given extends Doors {
  readonly clock: ManualClock;
}

export type Start = () => Promise<Given>;

export const describeStores = (name: string, open: (clock: Clock) => Promise<Doors>): void => {
  const start: Start = async () => {
    const clock = createManualClock();
    const doors = await open(clock);
    onTestFinished(async () => {
      await doors.stores.close();
      await doors.rival.close();
    });
    return { ...doors, clock };
  };

  describe(`${name} stores`, () => {
    describe('accounts', () => accountPromises(start));
    describe('subjects', () => subjectPromises(start));
    describe('instances', () => instancePromises(start));
    describe('sign-ins', () => signInPromises(start));
    describe('opened sign-ins', () => openedSignInPromises(start));
    describe('revocations', () => revocationPromises(start));
    describe('credentials', () => credentialPromises(start));
    describe('records', () => recordPromises(start));
    describe('artifacts', () => artifactPromises(start));
    describe('changes of artifacts', () => artifactChangePromises(start));
    describe('exchanges', () => exchangePromises(start));
    describe('leases', () => leasePromises(start));
    describe('counters', () => counterPromises(start));
    describe('audit log', () => auditPromises(start));
    describe('key files', () => keyFilePromises(start));
    describe('callers', () => callerPromises(start));
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
