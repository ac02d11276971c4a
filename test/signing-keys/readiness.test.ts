import { expect, test } from 'vitest';
import type { KeyMeasure } from '#src/observability/metrics';
import type { KeyRingStatus } from '#src/signing-keys/ports';
import { createKeyCheck, describeKeys, measureKeys } from '#src/signing-keys/readiness';

const healthy: KeyRingStatus = { ready: true, keys: [], problems: [], warnings: [] };
const notice = { file: 'ledger.jsonl', message: 'is old' };

const day = 86_400_000;

test('passes while a key signs, whatever else is wrong', async () => {
  const status = { ...healthy, problems: [notice], warnings: [notice] };
  await createKeyCheck({ keyRing: { status: () => status } })();
});

test('fails if no key signs, with all problems in the detail', async () => {
  const problems = [notice, { file: 'a.pem', message: 'is missing' }];
  const status = { ...healthy, ready: false, problems };
  const check = createKeyCheck({ keyRing: { status: () => status } });
  await expect(check()).rejects.toMatchObject({
    code: 'gateway_service_token_unavailable',
    detail: 'ledger.jsonl is old; a.pem is missing',
  });
});

test('operators are told which key signs, and what each key waits for', () => {
  const now = Date.UTC(2026, 5, 1);
  const key = { fingerprint: '', since: 0, createdAt: now - 12.7 * day };
  const status = {
    ...healthy,
    warnings: [notice],
    keys: [
      { ...key, kid: 'a', state: 'active', next: 'continue with its successor', by: now + day },
      { ...key, kid: 'b', state: 'exported', next: 'acknowledge it once Adobe has confirmed it' },
      { ...key, kid: 'c', state: 'draft', next: 'export it and send it to Adobe' },
      { ...key, kid: 'd', state: 'destroyed', next: '' },
    ],
  } as const;
  const described = { clock: { now: () => now }, warnAfter: 365 * day };
  expect(describeKeys({ ...described, keyRing: { status: () => status } })).toEqual({
    active: { kid: 'a', ageDays: 12, limitDays: 365 },
    steps: [
      { kid: 'a', state: 'active', next: 'continue with its successor', due: '2026-06-02T00:00:00.000Z' },
      { kid: 'b', state: 'exported', next: 'acknowledge it once Adobe has confirmed it' },
      { kid: 'c', state: 'draft', next: 'export it and send it to Adobe' },
    ],
    problems: [],
    warnings: [notice],
    waitingForAdobe: ['b'],
  });
  expect(describeKeys({ ...described, keyRing: { status: () => healthy } }).active).toBeNull();
});

test('metrics tell age and limit in seconds, as of when they are read', () => {
  let read: () => KeyMeasure = () => expect.fail('nothing is measured');
  let status = healthy;
  let now = 1_000_000;
  measureKeys(
    {
      serviceTokenKeys: (measure) => {
        read = measure;
      },
    },
    { keyRing: { status: () => status }, clock: { now: () => now }, warnAfter: 60_000 },
  );
  expect(read()).toEqual({ usable: true, ageLimit: 60 });
  const key = { kid: 'a', fingerprint: '', createdAt: 990_000, since: 0, next: '' };
  status = {
    ...healthy,
    ready: false,
    keys: [
      { ...key, kid: 'b', state: 'retiring', createdAt: 0 },
      { ...key, state: 'active' },
    ],
  };
  expect(read()).toEqual({ usable: false, ageLimit: 60, age: 10 });
  now += 5_000;
  expect(read()).toEqual({ usable: false, ageLimit: 60, age: 15 });
});
