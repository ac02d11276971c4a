import type { CallAdobe } from '#src/adobe-pass/client';
import type { Codes } from '#src/families/codes';
import { statementHashOf } from '#src/families/statement-of';
import { tokenFactsOf } from '#src/families/token-facts';
import type { Operation } from '#src/rest-v2/operation';
import type { OperationFlow } from './call-operation.ts';
import { codeOf } from './session-code.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly operation: Operation;
  readonly callAs: ViewerCall;
  readonly callAdobe: CallAdobe;
  readonly codes: Pick<Codes, 'rememberNewest'>;
}

/** An operation that may create an authentication session: records its credentials and viewer. */
export const createCreateSession =
  ({ operation, callAs, callAdobe, codes }: Deps): OperationFlow =>
  (request) =>
    callAs(request, async (call, { app, family, instance, viewer }) => {
      const answer = await callAdobe(operation, call, request.input);
      const created = codeOf(answer);
      if (created) {
        const key = { serviceProvider: request.serviceProvider, code: created.code };
        const { credentials, device } = call;
        const code = {
          family: family.id,
          instance: instance.id,
          viewer,
          credentials: credentials.id,
          app: app.id,
          statement: statementHashOf(app, instance),
          token: tokenFactsOf(call.serviceToken),
          device,
          notAfter: created.notAfter,
        };
        await codes.rememberNewest(key, code, created.notAfter);
      }
      return answer;
    });
