import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { ViewerRequest } from './caller.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly adobe: Pick<AdobePass, 'preauthorize'>;
}

/** POST decisions/preauthorize: which resources to show as playable. Never a reason to play. */
export const createPreauthorize =
  ({ viewerCall, adobe }: Deps) =>
  (request: ViewerRequest & { mvpd: string; resources: readonly string[] }): Promise<Answer> =>
    viewerCall(request, (call) =>
      adobe.preauthorize({ ...call, mvpd: request.mvpd, resources: request.resources }),
    );
