import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { CodeCall, CodeRequest } from './code-call.ts';

interface Deps {
  readonly codeCall: CodeCall;
  readonly adobe: Pick<AdobePass, 'getProfileByCode'>;
}

/** GET profiles/code/{code}: the profile that the login behind a code made; an empty map until then. */
export const createGetProfileByCode =
  ({ codeCall, adobe }: Deps) =>
  (request: CodeRequest): Promise<Answer> =>
    codeCall(request, (call) => adobe.getProfileByCode({ ...call, code: request.code }));
