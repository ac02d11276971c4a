import type { KnownAnswers, KnownProfiles } from '#src/known-answers/known-answers';
import { type RestRequest, restsOn } from './caller.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly knownAnswers: Pick<KnownAnswers, 'findProfiles'>;
}

/**
 * The profiles that the caller is known to have at a service provider, without a call to Adobe: from the memory of this process, or
 * from the store, where any node leaves what it learned by `GET /profiles`, also before a restart. Only profiles that are valid
 * now, each with `mvpd`, `type`, `issuer`, `notBefore`, `notAfter` (epoch milliseconds) and `attributes` as Adobe sent them.
 * - `isFresh`: Adobe said so within `knownAnswers.profileFreshness`. Without a call, a start may rely on these.
 * - not fresh: nothing that this gateway saw has ended them since. One call of `createReadProfiles` (which stores its answer)
 *   makes sure; without one, they may be told until their `notAfter`.
 * - undefined: nothing is known, there was no profile, one was `temporary` or `degraded`, or the viewer is about to log in.
 * `input` is not looked at; the device and the headers must be those of a read of `/profiles`. Errors: those of the viewer
 * call, and of the store.
 */
export type FindKnownProfiles = (request: RestRequest) => Promise<KnownProfiles | undefined>;

export const createKnownProfiles =
  ({ viewerCall, knownAnswers }: Deps): FindKnownProfiles =>
  (request) =>
    viewerCall(request, (call, caller) => knownAnswers.findProfiles({ call, restsOn: restsOn(caller) }));
