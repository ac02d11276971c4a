import { expect, test } from 'vitest';
import { createForgetEnded } from '#src/flows/forget-ended';
import type { ChangeKey } from '#src/stores/change-feed';

/** Ana's and Ben's sign-ins, and what is forgotten, in its order. */
const start = () => {
  const forgotten: string[] = [];
  const forgetEnded = createForgetEnded({
    knownCallers: {
      changed: ({ id }) => void forgotten.push(`callers of ${id}`),
    },
    knownAccounts: { changed: () => undefined },
    knownAnswers: {
      changed: ({ id }) => void forgotten.push(`answers on ${id}`),
    },
    signedIn: new Map(['ana', 'ben'].map((viewer) => [`grant of ${viewer}`, viewer])),
    forgetServiceTokens: async (viewer) => void forgotten.push(`service tokens of ${viewer}`),
    forgetToken: (tokenId) => forgotten.push(`token ${tokenId}`),
  });
  return { forgetEnded, forgotten };
};

test.each<[ChangeKey, string[]]>([
  [{ kind: 'account', id: 'ana' }, ['callers of ana', 'answers on ana', 'service tokens of ana']],
  [
    { kind: 'account', id: 'of another process' },
    [
      'callers of of another process',
      'answers on of another process',
      'service tokens of of another process',
    ],
  ],
  [
    { kind: 'sign-in', id: 'grant of ana' },
    ['callers of grant of ana', 'answers on grant of ana', 'service tokens of ana'],
  ],
  [
    { kind: 'sign-in', id: 'of another process' },
    ['callers of of another process', 'answers on of another process'],
  ],
  [{ kind: 'service-token', id: 't1' }, ['callers of t1', 'answers on t1', 'token t1']],
  [{ kind: 'instance', id: 'ana' }, ['callers of ana', 'answers on ana']],
  [{ kind: 'access-token', id: 'ana' }, ['callers of ana', 'answers on ana']],
  [{ kind: 'credentials', id: 'ana' }, ['callers of ana', 'answers on ana']],
])('what is held of %j is dropped', async (key, expected) => {
  const { forgetEnded, forgotten } = start();
  await forgetEnded(key);
  expect(forgotten).toEqual(expected);
});

test('callers and revoked tokens are gone before anything is waited for', () => {
  const { forgetEnded, forgotten } = start();
  void forgetEnded({ kind: 'service-token', id: 't1' });
  expect(forgotten).toEqual(['callers of t1', 'answers on t1', 'token t1']);
});
