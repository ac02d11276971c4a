import type { CallAdobe } from '#src/adobe-pass/client';
import type { Codes } from '#src/families/codes';
import { operations } from '#src/rest-v2/operations';
import type { OperationFlow } from './call-operation.ts';
import { codeOf } from './session-code.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly callAdobe: CallAdobe;
  readonly codes: Pick<Codes, 'remember'>;
}

/** Creates an authentication session and remembers which credentials its code belongs to. */
export const createCreateSession =
  ({ viewerCall, callAdobe, codes }: Deps): OperationFlow =>
  (request) =>
    viewerCall(request, async (call) => {
      const answer = await callAdobe(operations.createSession, call, request.input);
      const created = codeOf(answer);
      if (created) {
        const { serviceProvider, caller } = request;
        await codes.remember(
          { serviceProvider, code: created.code },
          { family: caller.family.id, instance: caller.instance.id, credentials: call.credentials.id },
          created.notAfter,
        );
      }
      return answer;
    });
