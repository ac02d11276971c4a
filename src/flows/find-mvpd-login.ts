import { fail } from '#src/lib/errors';
import type { OperationFlow } from './call-operation.ts';
import { type FindLiveLogin, hasProfile, type LiveLogin, type LoginQuery } from './find-live-login.ts';

interface Deps {
  readonly findLiveLogin: FindLiveLogin;
  readonly readProfiles: OperationFlow;
}

export type FindMvpdLogin = (query: LoginQuery) => Promise<LiveLogin | { readonly kind: 'none' }>;

/**
 * Whether an instance has a profile, for its viewer's service token or by a login that was begun for it. Errors: those of the
 * calls; gateway_adobe_answer_invalid, where Adobe refuses to tell the profiles.
 */
export const createFindMvpdLogin =
  ({ findLiveLogin, readProfiles }: Deps): FindMvpdLogin =>
  async (query) => {
    const live = await findLiveLogin(query);
    if (live) return live;
    const answer = await readProfiles({ ...query, input: {} });
    if (answer.status !== 200)
      throw fail('gateway_adobe_answer_invalid', { detail: `the profiles were answered ${answer.status}` });
    return { kind: hasProfile(answer) ? 'profile' : 'none' };
  };
