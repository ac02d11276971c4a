import type { CallAdobe } from '#src/adobe-pass/client';
import { operations } from '#src/rest-v2/operations';
import type { OperationFlow } from './call-operation.ts';
import type { EndProfiles } from './end-profiles.ts';
import type { ForgetServiceTokens } from './forget-service-tokens.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly forgetServiceTokens: ForgetServiceTokens;
  readonly endProfiles: EndProfiles;
  readonly callAdobe: CallAdobe;
}

/**
 * Deletes the profiles at Adobe, with the service token those of the whole family. No cached service token of the
 * viewer is used again, whatever Adobe answers.
 */
export const createLogOut =
  ({ viewerCall, forgetServiceTokens, endProfiles, callAdobe }: Deps): OperationFlow =>
  (request) =>
    viewerCall(request, async (call, { app, viewer }) => {
      try {
        const answer = await callAdobe(operations.logOut, call, request.input);
        if (viewer !== undefined && answer.status === 200)
          await endProfiles({ viewer, app: app.id, mvpd: request.input.parameters?.['mvpd'] });
        return answer;
      } finally {
        if (viewer !== undefined) await forgetServiceTokens(viewer);
      }
    });
