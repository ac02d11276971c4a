import { expect, test } from 'vitest';
import { createCodeAttempts } from '#src/authorization-server/pages/code-attempts';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

const start = () => {
  const clock = createManualClock();
  const attempts = createCodeAttempts({ counters: createMemoryStores().counters, clock });
  const reserve = async (address: string, times: number) => {
    for (let time = 0; time < times; time += 1) await attempts.reserve(address);
  };
  return { clock, release: attempts.release, reserve };
};

const exceeded = (retryAfter: number) => ({ code: 'sign_in_attempts_exceeded', retryAfter });

test('an address has thirty attempts in ten minutes, counted from the first', async () => {
  const { clock, reserve } = start();
  await reserve('192.0.2.1', 15);
  await clock.advance(60_500);
  await reserve('192.0.2.1', 15);
  await expect(reserve('192.0.2.1', 1)).rejects.toMatchObject(exceeded(540));
  await reserve('192.0.2.2', 30);
  await clock.advance(539_499);
  await expect(reserve('192.0.2.1', 1)).rejects.toMatchObject(exceeded(1));
  await clock.advance(1);
  await reserve('192.0.2.1', 30);
  await expect(reserve('192.0.2.1', 1)).rejects.toMatchObject(exceeded(600));
});

test('a right code gives one attempt back, and no more than was taken', async () => {
  const { release, reserve } = start();
  await release('192.0.2.1');
  await release('192.0.2.1');
  await reserve('192.0.2.1', 30);
  await release('192.0.2.1');
  await reserve('192.0.2.1', 1);
  await expect(reserve('192.0.2.1', 1)).rejects.toMatchObject(exceeded(600));
});

test('right codes do not use up the total', async () => {
  const { release, reserve } = start();
  for (let address = 0; address < 1_501; address += 1) {
    await reserve(`192.0.2.${address}`, 1);
    await release(`192.0.2.${address}`);
  }
  await reserve('198.51.100.1', 1);
});

test('the total is 1,500 attempts in ten minutes', async () => {
  const { clock, reserve } = start();
  for (let address = 0; address < 50; address += 1) await reserve(`192.0.2.${address}`, 30);
  await clock.advance(120_000);
  await expect(reserve('198.51.100.1', 1)).rejects.toMatchObject(exceeded(480));
  await clock.advance(480_000);
  await reserve('198.51.100.1', 1);
});
