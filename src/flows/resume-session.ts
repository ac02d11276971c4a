import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { Codes } from '#src/families/codes';
import type { CodeCall, CodeRequest } from './code-call.ts';
import type { SessionForm } from './create-session.ts';
import { codeOf } from './session-code.ts';

interface Deps {
  readonly codeCall: CodeCall;
  readonly adobe: Pick<AdobePass, 'resumeSession'>;
  readonly codes: Pick<Codes, 'remember'>;
}

/** POST sessions/{code}: supplies what a session lacks. Adobe may answer with another code: it is read from there. */
export const createResumeSession =
  ({ codeCall, adobe, codes }: Deps) =>
  (request: CodeRequest & { form: SessionForm }): Promise<Answer> =>
    codeCall(request, async (call, remembered) => {
      const answer = await adobe.resumeSession({ ...call, code: request.code, form: request.form });
      const opened = codeOf(answer);
      if (opened && opened.code !== request.code) {
        const key = { serviceProvider: request.serviceProvider, code: opened.code };
        await codes.remember(key, remembered, opened.notAfter);
      }
      return answer;
    });
