import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import type { MvpdLogins } from '#src/families/mvpd-logins';
import { fail } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import type { DistributedLock } from '#src/stores/expiring-ports';
import type { OperationFlow } from './call-operation.ts';
import { type FindLiveLogin, type LiveLogin, type LoginQuery, loginKeyOf } from './find-live-login.ts';
import { codeOf } from './session-code.ts';

interface Deps {
  readonly findLiveLogin: FindLiveLogin;
  readonly createSession: OperationFlow;
  readonly logins: Pick<MvpdLogins, 'find' | 'remember'>;
  readonly lock: DistributedLock;
}

export interface LoginRequest extends LoginQuery {
  readonly mvpd: { readonly id: string; readonly name: string };
  /** The page to which the browser returns. */
  readonly returnTo: URL;
}

export type BeginMvpdLogin = (request: LoginRequest) => Promise<LiveLogin>;

/** Milliseconds to wait for whoever begins the same login. */
const maxWait = 15_000;

/**
 * Begins the login at an MVPD by one complete session request, with everything that Adobe asks of it: a session that is
 * resumed takes no service token. Whoever begins it again gets the code that lives. `profile`: nobody has to log in. Errors:
 * those of the calls; invalid_parameter_redirect_url, where Adobe lets no browser return there; gateway_adobe_answer_invalid, where it
 * refuses the session for another reason.
 */
export const createBeginMvpdLogin =
  ({ findLiveLogin, createSession, logins, lock }: Deps): BeginMvpdLogin =>
  async ({ mvpd, returnTo, ...query }) => {
    const live = await findLiveLogin(query);
    if (live?.kind === 'profile' || live?.login.mvpd === mvpd.id) return live;
    const key = loginKeyOf(query);
    const begin = async (): Promise<LiveLogin> => {
      const body = { mvpd: mvpd.id, domainName: returnTo.hostname, redirectUrl: returnTo.href };
      const begun = read(await createSession({ ...query, input: { body } }), mvpd);
      if (begun.kind === 'open') await logins.remember(key, begun.login);
      return begun;
    };
    return lock({
      name: compositeKey('mvpd-login', key.serviceProvider, key.instance, key.holder ?? ''),
      maxWait,
      existing: async () => {
        const login = await logins.find(key);
        return login?.mvpd === mvpd.id ? { kind: 'open', login } : undefined;
      },
      work: begin,
      timedOut: () =>
        fail('gateway_unavailable', { retryAfter: 1, detail: 'another request begins the login' }),
    });
  };

const shape = z.looseObject({ actionName: z.string(), url: z.string().optional() });
const refusal = z.looseObject({ code: z.literal('invalid_parameter_redirect_url') });

const read = (answer: Answer, { id: mvpd, name }: LoginRequest['mvpd']): LiveLogin => {
  const { actionName, url } = shape.safeParse(answer.body).data ?? {};
  if (answer.status === 200 && actionName === 'authorize') return { kind: 'profile' };
  const created = codeOf(answer);
  if (created && actionName === 'authenticate' && url !== undefined)
    return { kind: 'open', login: { ...created, mvpd, name, url } };
  if (refusal.safeParse(answer.body).success)
    throw fail('invalid_parameter_redirect_url', {
      detail: 'Adobe has not registered the host of the gateway',
    });
  const detail = `the session was answered ${answer.status}, ${actionName ?? 'without an action'}`;
  throw fail('gateway_adobe_answer_invalid', { detail });
};
