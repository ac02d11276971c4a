import { expect, test } from 'vitest';
import { createProviderHealth } from '#src/observability/provider-health';
import { createManualClock } from '../support/manual-clock.ts';

const fault = {
  step: 'token',
  endpoint: 'https://accounts.example/token',
  error: 'invalid_client',
  cure: 'Compare clientSecret.',
};
const dtc = { id: 'dtc', clientSecret: 'a' };
const google = { id: 'google' };

const setUp = () => {
  const clock = createManualClock();
  const counted: object[] = [];
  const metrics = { identityProviderFailed: (event: object) => void counted.push(event) };
  const health = createProviderHealth({ clock, metrics });
  health.apply([dtc, google]);
  return { clock, counted, health };
};

test('a failing provider keeps when it began, and tells the newest fault', async () => {
  const { clock, counted, health } = setUp();
  const since = new Date(clock.now()).toISOString();
  health.observerOf(dtc).failed(fault);
  await clock.advance(60_000);
  health.observerOf(dtc).failed({ ...fault, step: 'keys', error: 'no_fitting_key' });
  const { endpoint, cure } = fault;
  const newest = { since, step: 'keys', endpoint, error: 'no_fitting_key', cure, failedSignIns: 2 };
  expect(health.states()).toEqual({ dtc: { state: 'failing', ...newest }, google: { state: 'untried' } });
  expect(counted).toEqual([
    { provider: 'dtc', step: 'token' },
    { provider: 'dtc', step: 'keys' },
  ]);
});

test('after a success, a failure begins again', async () => {
  const { clock, health } = setUp();
  health.observerOf(dtc).failed(fault);
  health.observerOf(dtc).succeeded();
  expect(health.states()['dtc']).toEqual({ state: 'ok' });
  await clock.advance(60_000);
  health.observerOf(dtc).failed(fault);
  const since = new Date(clock.now()).toISOString();
  expect(health.states()['dtc']).toMatchObject({ state: 'failing', since, failedSignIns: 1 });
});

test('a sign-in that began under other settings says nothing about the present ones', () => {
  const { health } = setUp();
  const before = health.observerOf(dtc);
  const changed = { ...dtc, clientSecret: 'b' };
  health.apply([changed, google]);
  before.failed(fault);
  expect(health.states()['dtc']).toEqual({ state: 'untried' });
});

test('a provider that is gone has no state', () => {
  const { health } = setUp();
  health.observerOf(dtc).failed(fault);
  health.apply([google]);
  expect(health.states()).toEqual({ google: { state: 'untried' } });
});
