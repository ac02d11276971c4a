import { decodeJwt } from 'jose';
import type { RestRequest } from './caller.ts';
import type { ViewerCall } from './viewer-call.ts';

/** `sub` of the service token with which Adobe is called; undefined where the call has none. Errors: those of the viewer call. */
export const createSubjectOfCall =
  ({ viewerCall }: { readonly viewerCall: ViewerCall }) =>
  (request: RestRequest): Promise<string | undefined> =>
    viewerCall(request, async ({ serviceToken }) =>
      serviceToken === undefined ? undefined : decodeJwt(serviceToken).sub,
    );
