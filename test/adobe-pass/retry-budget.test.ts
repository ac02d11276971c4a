import { expect, test } from 'vitest';
import { createRetryBudget } from '#src/adobe-pass/retry-budget';

test.each([
  ['one address', () => '203.0.113.7'],
  ['one /64 of IPv6', (n: number) => `2001:db8::${n.toString(16)}`],
])('%s whose calls all fail leaves repeats to others', (_what, addressOf) => {
  let givenUp = 0;
  const budget = createRetryBudget(() => {
    givenUp += 1;
  });
  let repeated = 0;
  for (let n = 0; n < 100; n += 1) {
    budget.deposit();
    for (let times = 0; times < 2; times += 1) if (budget.tryWithdraw(addressOf(n))) repeated += 1;
  }
  // Ten, and a fifth of the other 99, but for three and a part of one.
  expect([repeated, repeated + givenUp]).toEqual([26, 200]);
  const others = ['198.51.100.1', '198.51.100.2', '198.51.100.3', '198.51.100.4'];
  expect(others.map((address) => budget.tryWithdraw(address))).toEqual([true, true, true, false]);
});
