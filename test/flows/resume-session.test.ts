import { expect, test } from 'vitest';
import type { Call } from '#src/adobe-pass/types';
import type { RememberedCode } from '#src/families/codes';
import { createResumeSession } from '#src/flows/resume-session';
import { device, restRequest } from '../support/builders.ts';

const creator: RememberedCode = { family: 'ref', instance: 'tv', credentials: 'pair' };
const call: Call = { credentials: { id: 'pair', secret: 'secret' }, device, serviceProvider: 'REF30' };

test('when Adobe returns another code for a resumed session, that one is remembered too', async () => {
  const remembered: [code: string, value: RememberedCode, notAfter: number][] = [];
  const resume = createResumeSession({
    codeCall: (_request, run) => run(call, creator),
    callAdobe: async () => ({ status: 200, body: { code: 'ABC5678', notAfter: '1733737089035' } }),
    codes: {
      remember: async ({ code }, value, notAfter) => {
        remembered.push([code, value, notAfter]);
      },
    },
  });
  await resume(restRequest({ input: { parameters: { code: 'ABC1234' } } }));
  await resume(restRequest({ input: { parameters: { code: 'ABC5678' } } }));
  expect(remembered).toEqual([['ABC5678', { ...creator, notAfter: 1733737089035 }, 1733737089035]]);
});
