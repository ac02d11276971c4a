import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { Codes } from '#src/families/codes';
import type { ViewerRequest } from './caller.ts';
import { codeOf } from './session-code.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly adobe: Pick<AdobePass, 'createSession'>;
  readonly codes: Pick<Codes, 'remember'>;
}

export interface SessionForm {
  readonly mvpd?: string | undefined;
  readonly domainName?: string | undefined;
  readonly redirectUrl?: string | undefined;
}

/** POST sessions: opens an authentication session and remembers whose code it is. */
export const createCreateSession =
  ({ viewerCall, adobe, codes }: Deps) =>
  (request: ViewerRequest & { form: SessionForm }): Promise<Answer> =>
    viewerCall(request, async (call) => {
      const answer = await adobe.createSession({ ...call, form: request.form });
      const opened = codeOf(answer);
      if (opened) {
        const { serviceProvider, caller } = request;
        await codes.remember(
          { serviceProvider, code: opened.code },
          { family: caller.family.id, instance: caller.instance.id, credentials: call.credentials.id },
          opened.notAfter,
        );
      }
      return answer;
    });
