import { type ErrorCode, KinpassError } from '#src/lib/errors';
import { adobeRefusal } from './adobe-refusal.ts';
import { type Profile, profilesIn } from './best-profiles.ts';
import type { OperationFlow } from './call-operation.ts';
import type { RestRequest } from './caller.ts';
import type { FindKnownProfiles } from './known-profiles.ts';

interface Deps {
  readonly getProfiles: OperationFlow;
  readonly findKnownProfiles: FindKnownProfiles;
}

/** All profiles of the viewer, valid or not. Errors: those of reading profiles, and gateway_adobe_refused. */
export type StartProfiles = (request: RestRequest) => Promise<readonly Profile[]>;

/** Adobe cannot be asked now; it has said nothing about the viewer. */
const isOutage = new Set<ErrorCode>([
  'gateway_adobe_unreachable',
  'gateway_adobe_timeout',
  'gateway_throttled',
  'gateway_address_busy',
]);

/**
 * Without a call to Adobe while it has said so lately, to this node or another one. What is known for longer is read again, and
 * told until its notAfter if Adobe cannot be asked.
 */
export const createStartProfiles =
  ({ getProfiles, findKnownProfiles }: Deps): StartProfiles =>
  async (request) => {
    const known = request.isFresh ? undefined : await findKnownProfiles(request);
    if (known?.isFresh) return known.profiles;
    try {
      const answer = await getProfiles({ ...request, input: {} });
      if (answer.status >= 400) throw adobeRefusal(answer);
      return profilesIn(answer);
    } catch (error) {
      if (known && error instanceof KinpassError && isOutage.has(error.code)) return known.profiles;
      throw error;
    }
  };
