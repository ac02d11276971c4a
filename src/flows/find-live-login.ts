import type { Answer } from '#src/adobe-pass/types';
import type { MvpdLogin, MvpdLogins } from '#src/families/mvpd-logins';
import { type ErrorCode, KinpassError } from '#src/lib/errors';
import { type Caller, holderOf, type RestRequest } from './caller.ts';
import type { Watch } from './hold-answer.ts';
import type { Waiters } from './waiters.ts';

/** `open`: the viewer has yet to log in, with the code that lives. */
export type LiveLogin = { readonly kind: 'profile' } | { readonly kind: 'open'; readonly login: MvpdLogin };

export interface LoginQuery extends Omit<RestRequest, 'input'> {
  readonly signal: AbortSignal;
  /** Milliseconds to wait for the login. */
  readonly hold: number;
  /** The caller of now; rejects where a call of theirs would be refused. */
  identifyAgain(): Promise<Caller>;
}

interface Deps {
  readonly logins: Pick<MvpdLogins, 'find' | 'forget'>;
  readonly watchCode: Watch;
  readonly waiters: Pick<Waiters, 'generation'>;
}

export type FindLiveLogin = (query: LoginQuery) => Promise<LiveLogin | undefined>;

export const loginKeyOf = ({ caller, serviceProvider }: Pick<RestRequest, 'caller' | 'serviceProvider'>) => ({
  serviceProvider,
  instance: caller.instance.id,
  holder: holderOf(caller),
});

/** The code has expired, or the device has got another one. */
const over: ReadonlySet<ErrorCode> = new Set(['gateway_code_expired', 'invalid_authentication_session']);

/**
 * How a login at an MVPD stands that was begun for an instance: Adobe is asked for the profile behind its code. Undefined: there is
 * none, or its code is over, and then forgotten. Errors: those of the calls.
 */
export const createFindLiveLogin = ({ logins, watchCode, waiters }: Deps): FindLiveLogin => {
  const ask = async (query: LoginQuery, code: string): Promise<Answer | undefined> => {
    const request = { ...query, input: { parameters: { code } }, since: waiters.generation() };
    return watchCode(request).catch((error: unknown) => {
      if (error instanceof KinpassError && over.has(error.code)) return undefined;
      throw error;
    });
  };

  return async (query) => {
    const key = loginKeyOf(query);
    const login = await logins.find(key);
    if (!login) return undefined;
    const answer = await ask(query, login.code);
    const isLive = answer?.status === 200;
    if (isLive && !hasProfile(answer)) return { kind: 'open', login };
    await logins.forget(key);
    return isLive ? { kind: 'profile' } : undefined;
  };
};

/** Adobe's answer was checked: it has profiles, by MVPD. */
export const hasProfile = ({ body }: Answer): boolean => Object.keys(body['profiles'] ?? {}).length > 0;
