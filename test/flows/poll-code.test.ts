import { expect, test } from 'vitest';
import type { Call } from '#src/adobe-pass/types';
import type { RememberedCode } from '#src/families/codes';
import { createPollCode } from '#src/flows/poll-code';
import { fail } from '#src/lib/errors';
import { device } from '../support/builders.ts';

const key = { serviceProvider: 'REF30', code: 'ABC1234' };

const start = (code: Partial<RememberedCode>, isKnown = true) => {
  const calls: [string, Call][] = [];
  const poll = createPollCode({
    findCode: async () => {
      if (!isKnown) throw fail('invalid_authentication_session');
      return { family: 'ref', instance: 'tv', credentials: 'pair', ...code };
    },
    credentials: {
      byId: async (id) => ({ id, secret: 'secret', instance: 'tv', holder: '', createdAt: 0 }),
    },
    noteProfiles: { note: async () => {} },
    callAdobe: async ({ name }, call) => {
      calls.push([name, call]);
      return { status: 200, body: { profiles: {} } };
    },
  });
  return { calls, poll: () => poll(key, 'ref', new AbortController().signal) };
};

test('Adobe is asked with the credentials, address and headers that the code was created with', async () => {
  const { poll, calls } = start({ device });
  expect(await poll()).toMatchObject({ status: 200 });
  expect(calls).toEqual([
    [
      'getProfileByCode',
      expect.objectContaining({
        device,
        serviceProvider: 'REF30',
        credentials: expect.objectContaining({ id: 'pair' }),
      }),
    ],
  ]);
});

test('a code whose device was not remembered cannot be polled for it', async () => {
  const { poll, calls } = start({});
  await expect(poll()).rejects.toMatchObject({ code: 'invalid_authentication_session' });
  expect(calls).toEqual([]);
});

test('a code that is gone while it is polled has expired or was replaced', async () => {
  const { poll, calls } = start({}, false);
  await expect(poll()).rejects.toMatchObject({ code: 'gateway_code_expired', field: 'code' });
  expect(calls).toEqual([]);
});
