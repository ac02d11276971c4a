import { expect, test } from 'vitest';
import { createForgetServiceTokens } from '#src/flows/forget-service-tokens';
import { type ErrorCode, fail } from '#src/lib/errors';
import { account, family } from '../support/builders.ts';

/** Forgets for an account whose subject cannot be told, because of `code`. */
const forgetting = (code: ErrorCode): Promise<void> =>
  createForgetServiceTokens({
    accounts: { find: async (id) => account({ id }) },
    findFamily: () => family(),
    findSubject: () => Promise.reject(fail(code)),
    issueServiceToken: { forget: () => expect.unreachable('there is nothing to forget') },
  })('ana');

test.each(['gateway_subject_unavailable', 'gateway_service_token_unavailable'] as const)(
  'an account without a subject (%s) can be revoked and signed out like any other',
  (code) => forgetting(code),
);

test('but a store that is away is not taken for an account without a subject', async () => {
  await expect(forgetting('gateway_unavailable')).rejects.toMatchObject({ code: 'gateway_unavailable' });
});
