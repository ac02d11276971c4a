import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { ViewerCall, ViewerRequest } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly adobe: Pick<AdobePass, 'logOut'>;
}

/** GET logout/{mvpd}: removes the profiles at Adobe, with the service token those of the whole family. */
export const createLogOut =
  ({ viewerCall, adobe }: Deps) =>
  (request: ViewerRequest & { mvpd: string; redirectUrl?: string | undefined }): Promise<Answer> =>
    viewerCall(request, (call) =>
      adobe.logOut({ ...call, mvpd: request.mvpd, redirectUrl: request.redirectUrl }),
    );
