import { expect, test } from 'vitest';
import { describeKeys } from '#src/signing-keys/readiness';

test('readiness does not send operators to Adobe about a key that Adobe was never sent', () => {
  const key = { fingerprint: '', since: 0, createdAt: 0 };
  const keys = [
    { ...key, kid: 'sent', state: 'exported', next: 'acknowledge it once Adobe has confirmed it' },
    { ...key, kid: 'new', state: 'draft', next: 'export it and send it to Adobe' },
  ] as const;
  const status = { ready: false, keys, problems: [], warnings: [] };
  const { steps, waitingForAdobe } = describeKeys({
    keyRing: { status: () => status },
    clock: { now: () => 0 },
    warnAfter: 1,
  });
  expect(waitingForAdobe).toEqual(['sent']);
  expect(steps.map(({ kid }) => kid)).toEqual(['sent', 'new']);
});
