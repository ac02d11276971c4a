import type { CallAdobe } from '#src/adobe-pass/client';
import type { Codes } from '#src/families/codes';
import { operations } from '#src/rest-v2/operations';
import type { OperationFlow } from './call-operation.ts';
import { codeIn } from './caller.ts';
import type { CodeCall } from './code-call.ts';
import { codeOf } from './session-code.ts';

interface Deps {
  readonly codeCall: CodeCall;
  readonly callAdobe: CallAdobe;
  readonly codes: Pick<Codes, 'remember'>;
}

/** Supplies the parameters a session lacks. Adobe may return another code, which is then remembered too. */
export const createResumeSession =
  ({ codeCall, callAdobe, codes }: Deps): OperationFlow =>
  (request) =>
    codeCall(request, async (call, remembered) => {
      const answer = await callAdobe(operations.resumeSession, call, request.input);
      const created = codeOf(answer);
      if (created && created.code !== codeIn(request)) {
        const key = { serviceProvider: request.serviceProvider, code: created.code };
        await codes.remember(key, { ...remembered, notAfter: created.notAfter }, created.notAfter);
      }
      return answer;
    });
