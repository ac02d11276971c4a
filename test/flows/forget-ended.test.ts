import { expect, test } from 'vitest';
import { createForgetEnded } from '#src/flows/forget-ended';
import { createLru } from '#src/lib/lru';
import type { ChangeKey } from '#src/stores/change-feed';

const start = () => {
  const lastTokenIds = createLru<string>(10);
  const signedIn = createLru<string>(10);
  for (const viewer of ['ana', 'ben']) {
    lastTokenIds.set(viewer, `token of ${viewer}`);
    signedIn.set(`grant of ${viewer}`, viewer);
  }
  const forgotten: string[] = [];
  const forgetEnded = createForgetEnded({
    forgetServiceTokens: async (viewer) => void forgotten.push(viewer),
    lastTokenIds,
    signedIn,
  });
  return { forgetEnded, forgotten, lastTokenIds };
};

test.each<ChangeKey>([
  { kind: 'account', id: 'ana' },
  { kind: 'sign-in', id: 'grant of ana' },
  { kind: 'service-token', id: 'token of ana' },
])('what is cached of the viewer is dropped: $kind', async (key) => {
  const { forgetEnded, forgotten, lastTokenIds } = start();
  await forgetEnded(key);
  expect(forgotten).toEqual(['ana']);
  expect([lastTokenIds.get('ana'), lastTokenIds.get('ben')]).toEqual([undefined, 'token of ben']);
});

test.each<ChangeKey>([
  { kind: 'sign-in', id: 'of another process' },
  { kind: 'service-token', id: 'of another process' },
  { kind: 'instance', id: 'ana' },
  { kind: 'credentials', id: 'ana' },
])('what concerns no viewer who called here drops nothing: $kind', async (key) => {
  const { forgetEnded, forgotten } = start();
  await forgetEnded(key);
  expect(forgotten).toEqual([]);
});
