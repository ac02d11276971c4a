import { expect, test } from 'vitest';
import type { Call } from '#src/adobe-pass/types';
import type { RememberedCode } from '#src/families/codes';
import type { CodeRequest } from '#src/flows/code-call';
import { createResumeSession } from '#src/flows/resume-session';

const maker: RememberedCode = { family: 'ref', instance: 'tv', credentials: 'pair' };

test('when Adobe answers a resumed session with another code, that one is remembered too', async () => {
  const remembered: [code: string, value: RememberedCode, notAfter: number][] = [];
  const resume = createResumeSession({
    codeCall: (_request, run) => run({} as Call, maker),
    adobe: {
      resumeSession: async () => ({ status: 200, body: { code: 'NEWCODE', notAfter: '1733737089035' } }),
    },
    codes: {
      remember: async ({ code }, value, notAfter) => {
        remembered.push([code, value, notAfter]);
      },
    },
  });
  const request = { serviceProvider: 'REF30', form: {} } as unknown as CodeRequest & { form: object };
  await resume({ ...request, code: 'OLDCODE' });
  await resume({ ...request, code: 'NEWCODE' });
  expect(remembered).toEqual([['NEWCODE', maker, 1733737089035]]);
});
