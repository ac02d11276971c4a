import { expect, test } from 'vitest';
import { operations } from '#src/rest-v2/operations';
import { ana, createWorld, minute } from './world.ts';

test('a configuration is read again behind an answer that is no longer fresh', async () => {
  const { startProcess, clock } = createWorld();
  const { known } = startProcess('one');
  let version = 0;
  let asked = 0;
  let arrival = Promise.withResolvers<void>();
  const read = async () => {
    const { device, serviceProvider } = ana.call;
    const { status, body } = await known.readConfiguration({
      ...{ operation: operations.configuration, input: {}, fresh: false },
      ...{ environment: 'production', serviceProvider, device },
      run: async () => {
        asked += 1;
        const answer = { status: version < 0 ? 503 : 200, body: { version } };
        await arrival.promise;
        return answer;
      },
    });
    return status === 200 && body['version'];
  };
  arrival.resolve();
  expect([await read(), await read(), asked]).toEqual([0, 0, 1]);

  await clock.advance(3 * minute);
  version = 1;
  arrival = Promise.withResolvers<void>();
  expect([await read(), await read(), asked]).toEqual([0, 0, 2]);
  arrival.resolve();
  await expect.poll(read).toBe(1);
  expect(asked).toBe(2);

  // A failure of Adobe's costs nobody an answer, until what is known is twice as old.
  version = -1;
  await clock.advance(3 * minute);
  expect([await read(), asked]).toEqual([1, 3]);
  await clock.advance(2 * minute);
  expect([await read(), asked]).toEqual([1, 4]);
  await clock.advance(2 * minute);
  expect([await read(), asked]).toEqual([false, 5]);
});
