import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { ViewerRequest } from './caller.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly adobe: Pick<AdobePass, 'getProfiles'>;
}

/** GET profiles: every profile the viewer may use on this device; the service token brings the family's. */
export const createGetProfiles =
  ({ viewerCall, adobe }: Deps) =>
  (request: ViewerRequest): Promise<Answer> =>
    viewerCall(request, (call) => adobe.getProfiles(call));
