/**
 * Use cases, one to a file. This folder owns what happens in which order when an app asks for something. It refuses
 * transports: no Koa, no header tables, no SQL.
 */
import type { Call } from '#src/adobe-pass/types';
import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Credentials } from '#src/families/credentials';
import type { FindSubject } from '#src/families/find-subject';
import type { Device } from '#src/lib/device';
import type { Instance } from '#src/stores/ports';

/** Who asks: an instance of an app, and the viewer signed in on it, if any. */
export interface Caller {
  readonly app: AppConfig;
  readonly family: FamilyConfig;
  readonly instance: Instance;
  readonly viewer?: string | undefined;
}

export interface ViewerRequest {
  readonly caller: Caller;
  readonly device: Device;
  readonly serviceProvider: string;
  readonly signal?: AbortSignal | undefined;
}

export type IssueServiceToken = (input: {
  subject: string;
  issuer: string;
  audience: string;
  lifetime: number;
}) => Promise<string>;

/** The account whose credentials a call uses: the viewer's own, or '' for the device's. */
export const holderOf = ({ family, viewer }: Caller): string =>
  family.profilesPer === 'viewer' ? (viewer ?? '') : '';

export type ViewerCall = <T>(request: ViewerRequest, run: (call: Call) => Promise<T>) => Promise<T>;

/** A call with the credentials of (instance, holder) and no service token. */
export const createInstanceCall =
  ({ credentials }: { readonly credentials: Pick<Credentials, 'use'> }): ViewerCall =>
  ({ caller, device, serviceProvider, signal }, run) =>
    credentials.use(
      { app: caller.app, instance: caller.instance.id, holder: holderOf(caller), device },
      (pair) => run({ credentials: pair, device, serviceProvider, signal }),
    );

interface Deps {
  readonly instanceCall: ViewerCall;
  readonly findSubject: FindSubject;
  readonly issueServiceToken: IssueServiceToken;
}

/**
 * A call in the viewer's name, with the viewer's service token. The token is made first: when it cannot be, nothing
 * leaves for Adobe (gateway_service_token_unavailable, gateway_subject_unavailable). Where nobody is signed in it is
 * a plain device call.
 */
export const createViewerCall =
  ({ instanceCall, findSubject, issueServiceToken }: Deps): ViewerCall =>
  async (request, run) => {
    const { family, viewer } = request.caller;
    if (viewer === undefined) return instanceCall(request, run);
    const { issuer, audience, lifetime } = family.serviceToken;
    const subject = await findSubject(family, viewer);
    const serviceToken = await issueServiceToken({ subject, issuer, audience, lifetime });
    return instanceCall(request, (call) => run({ ...call, serviceToken }));
  };
