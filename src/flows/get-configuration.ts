import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer } from '#src/adobe-pass/types';
import type { ViewerRequest } from './caller.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly instanceCall: ViewerCall;
  readonly adobe: Pick<AdobePass, 'getConfiguration'>;
}

/** GET configuration: the service provider's MVPDs and settings, for the picker. */
export const createGetConfiguration =
  ({ instanceCall, adobe }: Deps) =>
  (request: ViewerRequest): Promise<Answer> =>
    instanceCall(request, (call) => adobe.getConfiguration(call));
