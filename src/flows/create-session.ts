import type { CallAdobe } from '#src/adobe-pass/client';
import type { Codes } from '#src/families/codes';
import { operations } from '#src/rest-v2/operations';
import type { OperationFlow } from './call-operation.ts';
import { codeOf } from './session-code.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly callAdobe: CallAdobe;
  readonly codes: Pick<Codes, 'rememberNewest'>;
}

/** Creates an authentication session, and remembers with which credentials and for whom. */
export const createCreateSession =
  ({ viewerCall, callAdobe, codes }: Deps): OperationFlow =>
  (request) =>
    viewerCall(request, async (call, { family, instance, viewer }) => {
      const answer = await callAdobe(operations.createSession, call, request.input);
      const created = codeOf(answer);
      if (created) {
        const key = { serviceProvider: request.serviceProvider, code: created.code };
        const { credentials, device } = call;
        const code = {
          family: family.id,
          instance: instance.id,
          viewer,
          credentials: credentials.id,
          device,
        };
        await codes.rememberNewest(key, code, created.notAfter);
      }
      return answer;
    });
