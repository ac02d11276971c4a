import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { ViewerRequest } from './caller.ts';
import type { ForgetServiceTokens } from './forget-service-tokens.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly forgetServiceTokens: ForgetServiceTokens;
  readonly adobe: Pick<AdobePass, 'logOut'>;
}

/**
 * GET logout/{mvpd}: removes the profiles at Adobe, with the service token those of the whole family. No token
 * that was kept for the viewer leaves again, whatever Adobe answers.
 */
export const createLogOut =
  ({ viewerCall, forgetServiceTokens, adobe }: Deps) =>
  (request: ViewerRequest & { mvpd: string; redirectUrl?: string | undefined }): Promise<Answer> =>
    viewerCall(request, async (call, { viewer }) => {
      try {
        return await adobe.logOut({ ...call, mvpd: request.mvpd, redirectUrl: request.redirectUrl });
      } finally {
        if (viewer !== undefined) await forgetServiceTokens(viewer);
      }
    });
