import { beforeEach, expect, test } from 'vitest';
import { createGuessBudget } from '#src/families/guess-budget';
import { type AdmitCode, createAdmitCode } from '#src/flows/admit-code';
import { fail } from '#src/lib/errors';
import { createLru } from '#src/lib/lru';
import { createMemoryStores } from '#src/stores/memory/create';
import { caller, device, instance, restRequest } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

/** By code: the instance that created it. */
let codes: Map<string, string>;
let admit: AdmitCode;
let wrong: number;
beforeEach(() => {
  codes = new Map([['RIGHT', 'tv']]);
  wrong = 0;
  admit = createAdmitCode({
    findCode: async ({ code }) => {
      const creator = codes.get(code);
      if (creator === undefined) throw fail('invalid_authentication_session');
      return { family: 'ref', instance: creator, credentials: 'pair' };
    },
    guessBudget: createGuessBudget({
      counters: createMemoryStores().counters,
      clock: createManualClock(),
      codes: 'test',
      exceeded: 'gateway_code_attempts_exceeded',
      wrongCode: () => {
        wrong += 1;
      },
    }),
    named: createLru(100),
  });
});

const as = (id: string, code: string, address = device.address) =>
  admit(
    restRequest({
      caller: caller({ instance: instance({ id }) }),
      device: { ...device, address },
      input: { parameters: { code } },
    }),
  );
const unknown = { code: 'invalid_authentication_session' };
const exceeded = { code: 'gateway_code_attempts_exceeded', status: 429 };
const guessing = async (id: string, times: number) => {
  for (let n = 0; n < times; n += 1) await expect(as(id, `WRONG${n}`)).rejects.toMatchObject(unknown);
};

test('who has guessed too often is refused the right code as well, and no one else is', async () => {
  await guessing('phone', 20);
  await expect(as('phone', 'WRONG')).rejects.toMatchObject(exceeded);
  await expect(as('phone', 'RIGHT')).rejects.toMatchObject(exceeded);
  expect(wrong).toBe(20);
  expect(await as('tablet', 'RIGHT')).toMatchObject({ instance: 'tv' });
});

test('guesses at once are no more than one after the other', async () => {
  const all = await Promise.allSettled(Array.from({ length: 99 }, (_, n) => as('phone', `WRONG${n}`)));
  const answers = all.map((one) => one.status === 'rejected' && one.reason.code);
  expect(answers.filter((code) => code === 'invalid_authentication_session')).toHaveLength(20);
  expect(answers.filter((code) => code === 'gateway_code_attempts_exceeded')).toHaveLength(79);
});

test('asking for a code that the instance created, or has named before, is no guess', async () => {
  await as('phone', 'RIGHT');
  await guessing('phone', 20);
  await guessing('tv', 20);
  expect(await as('phone', 'RIGHT')).toMatchObject({ instance: 'tv' });
  expect(await as('tv', 'RIGHT')).toMatchObject({ instance: 'tv' });
});

test('polling on after a code has expired costs nothing', async () => {
  await as('phone', 'RIGHT');
  codes.delete('RIGHT');
  for (let n = 0; n < 50; n += 1)
    await expect(as('phone', 'RIGHT')).rejects.toMatchObject({ code: 'gateway_code_expired' });
  expect(wrong).toBe(0);
});

test('a store that is away is not a wrong code', async () => {
  const away = createAdmitCode({
    findCode: () => Promise.reject(fail('gateway_unavailable')),
    guessBudget: { attempt: () => expect.unreachable('nothing was looked up') },
    named: createLru(100),
  });
  await expect(away(restRequest({ input: { parameters: { code: 'RIGHT' } } }))).rejects.toMatchObject({
    code: 'gateway_unavailable',
  });
});
