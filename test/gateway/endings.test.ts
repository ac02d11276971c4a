import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createMemoryStores } from '#src/stores/memory/create';
import { auditRecord } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { startGateway } from '../support/start-gateway.ts';
import { openSession, polled, stream } from '../support/watch.ts';

/** Longer than a process trusts that it has missed nothing. */
const gap = 31 * 60_000;

/** A gateway whose store another node writes to as well. */
const start = async () => {
  const clock = createManualClock(Date.now());
  const stores = createMemoryStores();
  const t = await startGateway({ overrides: { clock, stores }, worldClock: systemClock });
  onTestFinished(() => t[Symbol.asyncDispose]());
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  const [signIn] = await stores.signIns.list({ limit: 1 });
  if (!signIn) throw new Error('nobody is signed in');
  /** The service tokens that Adobe was sent, by their ids. */
  const tokens = async () =>
    (await t.control.requests()).flatMap(({ serviceToken }) => serviceToken?.claims?.['jti'] ?? []);
  return { clock, stores, t, tv, signIn, tokens };
};

test('a process that slept during a revocation has dropped its cached callers, and ends waiting requests', async () => {
  const { clock, stores, t, tv, signIn } = await start();
  const { code } = await openSession(tv);
  await t.control.clearRequests();
  const streamed = stream(t, tv, code);
  await polled(t);
  await clock.advance(1_000); // an error within a second is no event
  // Nothing of this is left in the changes by the time that they are read.
  await stores.revocations.add(
    { kind: 'account', id: signIn.viewer, reason: '', at: clock.now() },
    auditRecord(),
  );
  await clock.leap(gap);
  expect((await tv.profiles()).status).toBe(401);
  expect(await streamed).toMatch(/^event: error\ndata: .*gateway_(access_token_expired|revoked)/m);
});

test('and does not reuse earlier service tokens', async () => {
  const { clock, stores, tv, tokens } = await start();
  const [before] = await tokens();
  await stores.revocations.add(
    { kind: 'jti', id: String(before), reason: '', at: clock.now() },
    auditRecord(),
  );
  await clock.leap(gap);
  await tv.profiles();
  expect((await tokens()).at(-1)).not.toBe(before);
});
