import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { ViewerRequest } from './caller.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly adobe: Pick<AdobePass, 'authorize'>;
}

/** POST decisions/authorize: permit or deny, with a media token on permit. Asked before each playback, never cached. */
export const createAuthorize =
  ({ viewerCall, adobe }: Deps) =>
  (request: ViewerRequest & { mvpd: string; resources: readonly string[] }): Promise<Answer> =>
    viewerCall(request, (call) =>
      adobe.authorize({ ...call, mvpd: request.mvpd, resources: request.resources }),
    );
