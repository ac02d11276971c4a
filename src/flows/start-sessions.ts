import type { Answer } from '#src/adobe-pass/types';
import type { MvpdLogin, MvpdLogins } from '#src/families/mvpd-logins';
import { fail, hasCode } from '#src/lib/errors';
import { createLru } from '#src/lib/lru';
import { compositeKey, createSingleFlight } from '#src/lib/single-flight';
import type { DistributedLock } from '#src/stores/expiring-ports';
import type { OperationFlow } from './call-operation.ts';
import type { RestRequest } from './caller.ts';
import type { FindCode } from './find-code.ts';
import { loginKeyOf } from './find-live-login.ts';
import { codeOf } from './session-code.ts';
import type { DomainOf } from './start-domain.ts';

/** A session that a viewer can log in to. Its URL is as Adobe sent it: relative to the gateway. */
export type LoginSession = Omit<MvpdLogin, 'name'>;

/** What a complete session names. */
export interface LoginWish {
  readonly mvpd: string;
  /** Absent: the registered domain that redirectUrl is on. */
  readonly domainName?: string | undefined;
  readonly redirectUrl: string;
}

/** A session, or Adobe's answer that none is needed, or none is possible. */
export type Opened =
  | { readonly session: LoginSession; readonly isNew: boolean }
  | { readonly answer: Answer };

interface Deps {
  readonly createSession: OperationFlow;
  readonly findCode: FindCode;
  readonly domainOf: DomainOf;
  readonly logins: MvpdLogins;
  readonly lock: DistributedLock;
}

/** Milliseconds: longer than a call to Adobe with its repetitions. */
const maxWait = 30_000;

const nameOf = (request: RestRequest): string => {
  const { serviceProvider, instance, holder } = loginKeyOf(request);
  return compositeKey('mvpd-login', serviceProvider, instance, holder ?? '');
};

/**
 * Sessions in which a viewer logs in, one at a time for each (instance, holder) and service provider: a second one would end the
 * first. Whoever asks again gets the same code, here, on another node, or on the phone that approved the device, until it has
 * expired, led to a profile, or was replaced by a session that the app created by itself.
 */
export const createStartSessions = ({ createSession, findCode, domainOf, logins, lock }: Deps) => {
  const flights = createSingleFlight<Opened>();
  /** Those that this process has named: what becomes of them is likely to be asked here. */
  const named = createLru<true>(10_000);

  const isLive = async ({ serviceProvider, caller }: RestRequest, code: string): Promise<boolean> =>
    findCode({ serviceProvider, code }, caller.family.id).then(
      () => true,
      (error: unknown) => {
        if (hasCode(error, 'invalid_authentication_session')) return false;
        throw error;
      },
    );

  const find = async (request: RestRequest): Promise<LoginSession | undefined> => {
    const login = await logins.find(loginKeyOf(request));
    if (!login || !(await isLive(request, login.code))) return undefined;
    named.set(nameOf(request), true);
    const { name: _, ...session } = login;
    return session;
  };

  const findFor = async (request: RestRequest, mvpd: string): Promise<Opened | undefined> => {
    const session = await find(request);
    return session?.mvpd === mvpd ? { session, isNew: false } : undefined;
  };

  const create = async (request: RestRequest, wish: LoginWish): Promise<Opened> => {
    // Whoever else waits for the session does not depend on this caller.
    const alone = { ...request, signal: undefined };
    const { mvpd, redirectUrl } = wish;
    const { domainName = await domainOf(alone, new URL(redirectUrl).hostname) } = wish;
    const answer = await createSession({ ...alone, input: { body: { mvpd, domainName, redirectUrl } } });
    const created = codeOf(answer);
    if (!created) return { answer };
    const { url, actionName } = answer.body;
    if (actionName !== 'authenticate' || typeof url !== 'string')
      throw fail('gateway_adobe_answer_invalid', { detail: 'a complete session cannot be logged in to' });
    const session = { ...created, mvpd, url };
    await logins.remember(loginKeyOf(request), { ...session, name: mvpd });
    named.set(nameOf(request), true);
    return { session, isNew: true };
  };

  return {
    /** The live one at this MVPD, or a new one. */
    open: async (request: RestRequest, wish: LoginWish): Promise<Opened> => {
      const { mvpd } = wish;
      const found = await findFor(request, mvpd);
      if (found) return found;
      const name = nameOf(request);
      const timedOut = () =>
        fail('gateway_unavailable', { retryAfter: 1, detail: 'another node is creating the session' });
      return flights(compositeKey(name, mvpd), () =>
        lock({
          name,
          maxWait,
          existing: () => findFor(request, mvpd),
          work: () => create(request, wish),
          timedOut,
        }),
      );
    },

    /** The live one, at whichever MVPD. */
    find,

    /** There is a profile: the code has been used. */
    used: async (request: RestRequest): Promise<void> => {
      const name = nameOf(request);
      if (!named.get(name)) return;
      named.delete(name);
      await logins.forget(loginKeyOf(request));
    },
  };
};

export type StartSessions = ReturnType<typeof createStartSessions>;

/** The same logout. A code that its viewer has used would be named again, now that there is no profile. */
export const forgetLogin =
  (
    { mvpdLogins }: { readonly mvpdLogins: Pick<MvpdLogins, 'forget'> },
    logOut: OperationFlow,
  ): OperationFlow =>
  async (request) => {
    try {
      return await logOut(request);
    } finally {
      await mvpdLogins.forget(loginKeyOf(request));
    }
  };
