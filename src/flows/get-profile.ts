import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { ViewerRequest } from './caller.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly adobe: Pick<AdobePass, 'getProfile'>;
}

/** GET profiles/{mvpd}: the viewer's profile of one MVPD. */
export const createGetProfile =
  ({ viewerCall, adobe }: Deps) =>
  (request: ViewerRequest & { mvpd: string }): Promise<Answer> =>
    viewerCall(request, (call) => adobe.getProfile({ ...call, mvpd: request.mvpd }));
