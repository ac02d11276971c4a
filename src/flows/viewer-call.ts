/**
 * Use cases, one per file. This folder owns what happens in which order when an app makes a request. It must not know
 * Koa, HTTP headers or SQL, and refuses transports of any kind.
 */
import type { Call } from '#src/adobe-pass/types';
import type { Credentials } from '#src/families/credentials';
import { type Caller, holderOf, type RestRequest } from './caller.ts';
import type { FindExternalViewer } from './find-external-viewer.ts';
import type { MintServiceToken } from './mint-service-token.ts';

/** `run` also gets the caller with the viewer whom the call is made for. */
export type ViewerCall = <T>(
  request: RestRequest,
  run: (call: Call, caller: Caller) => Promise<T>,
) => Promise<T>;

/** A call with the credentials of (instance, holder) and no service token. */
export const createInstanceCall =
  ({ credentials }: { readonly credentials: Pick<Credentials, 'use'> }): ViewerCall =>
  ({ caller, device, serviceProvider, signal }, run) =>
    credentials.use(
      { app: caller.app, instance: caller.instance, known: caller.pairs, viewer: holderOf(caller), device },
      (pair) => run({ credentials: pair, device, serviceProvider, viewer: caller.viewer, signal }, caller),
    );

interface Deps {
  readonly instanceCall: ViewerCall;
  readonly findExternalViewer: FindExternalViewer;
  readonly mintServiceToken: MintServiceToken;
}

/**
 * A call for the viewer, with the viewer's service token. If there can be none, nothing is sent to Adobe. Without a
 * viewer it is a plain device call. Errors: gateway_service_token_unavailable, gateway_subject_unavailable,
 * gateway_revoked; for a token that the app supplied gateway_external_….
 */
export const createViewerCall =
  ({ instanceCall, findExternalViewer, mintServiceToken }: Deps): ViewerCall =>
  async (request, run) => {
    const external = await findExternalViewer(request);
    const caller = external
      ? { ...request.caller, viewer: external.account.id, account: external.account }
      : request.caller;
    if (caller.viewer === undefined) return instanceCall(request, run);
    const { family, account, instance } = caller;
    const serviceToken =
      external?.token ?? (await mintServiceToken({ family, account, instance: instance.id }));
    return instanceCall({ ...request, caller }, (call) => run({ ...call, serviceToken }, caller));
  };
