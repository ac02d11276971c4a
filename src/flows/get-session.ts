import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { CodeCall, CodeRequest } from './code-call.ts';

interface Deps {
  readonly codeCall: CodeCall;
  readonly adobe: Pick<AdobePass, 'getSession'>;
}

/** GET sessions/{code}: what a session knows and lacks. Free of side effects: the safe check of a typed code. */
export const createGetSession =
  ({ codeCall, adobe }: Deps) =>
  (request: CodeRequest): Promise<Answer> =>
    codeCall(request, (call) => adobe.getSession({ ...call, code: request.code }));
