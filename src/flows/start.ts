import type { Answer } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { textMember } from '#src/lib/json';
import { adobeCodeOf, adobeRefusal } from './adobe-refusal.ts';
import { bestProfiles, type Profile, profilesIn } from './best-profiles.ts';
import type { OperationFlow } from './call-operation.ts';
import type { RestRequest } from './caller.ts';
import type { StartProfiles } from './start-profiles.ts';
import type { LoginSession, LoginWish, StartSessions } from './start-sessions.ts';

/** What the app knows of its viewer, and wants. */
export interface StartWish extends Omit<LoginWish, 'mvpd'> {
  /** The MVPD that the app remembers, or the viewer has just chosen. */
  readonly mvpd?: string | undefined;
  /** The viewer chooses: this MVPD and no other, or one of the list. */
  readonly choose: boolean;
}

/** The one thing to do next. `Provider`: an entry of the picker. */
export type StartStep<Provider> =
  | { readonly step: 'play'; readonly mvpd: string }
  | { readonly step: 'sign-in' }
  | { readonly step: 'choose-provider'; readonly providers: readonly Provider[] }
  | { readonly step: 'temporary'; readonly mvpd: string; readonly notAfter?: number | undefined }
  | ({ readonly step: 'authenticate' } & LoginSession);

/** Where a viewer stands. */
export interface Standing<Provider> {
  /** The account that is signed in. */
  readonly viewer: string | undefined;
  /** The best of the profiles, if the policy can decide. */
  readonly profile?: Profile | undefined;
  /** Those to choose from, if it cannot. */
  readonly profiles?: readonly Profile[] | undefined;
  readonly next: StartStep<Provider>;
  /** There is a code that nobody has been shown. */
  readonly isNew: boolean;
}

interface Deps<Provider> {
  readonly readProfiles: StartProfiles;
  readonly getProfile: OperationFlow;
  readonly sessions: Pick<StartSessions, 'open' | 'find' | 'used'>;
  /** The picker; `among`: of these MVPDs only. */
  listProviders(
    request: RestRequest,
    picked: { readonly remembered: string | undefined; readonly among?: readonly string[] },
  ): Promise<readonly Provider[]>;
  readonly clock: Pick<Clock, 'now'>;
}

export type Start<Provider> = (request: RestRequest, wish: StartWish) => Promise<Standing<Provider>>;

/** Codes with which Adobe refuses an MVPD that the app remembers, and that is not offered any more. */
const mvpdIsGone = new Set(['invalid_parameter_mvpd', 'invalid_integration']);

/** Adobe may let a viewer play without a login: it has a profile, or an outage has made it lenient. */
const isAuthorize = ({ body }: Answer): boolean => textMember(body, 'actionName') === 'authorize';

/**
 * Where the viewer of an instance stands, and the one next step. Errors: those of the viewer call, of reading profiles and creating
 * a session, and gateway_adobe_refused.
 */
export const createStart = <Provider>(deps: Deps<Provider>): Start<Provider> => {
  const { readProfiles, sessions, listProviders, clock } = deps;
  const temporary = createTemporary(deps);
  const authenticate = createAuthenticate(deps);

  const choose = async (
    request: RestRequest,
    remembered: string | undefined,
    among?: readonly string[],
  ): Promise<Outcome<Provider>> => ({
    next: {
      step: 'choose-provider',
      providers: await listProviders(request, { remembered, ...(among && { among }) }),
    },
  });

  const withProfiles = async (
    request: RestRequest,
    profiles: readonly Profile[],
    remembered: string | undefined,
  ): Promise<Outcome<Provider>> => {
    await sessions.used(request);
    const [first, ...others] = profiles;
    if (first && others.length === 0) return { profile: first, next: { step: 'play', mvpd: first.mvpd } };
    const mvpds = profiles.map(({ mvpd }) => mvpd);
    return { profiles, ...(await choose(request, remembered, mvpds)) };
  };

  const withoutProfile = async (request: RestRequest, wish: StartWish): Promise<Outcome<Provider>> => {
    const { mvpd } = wish;
    if (mvpd !== undefined)
      return (await authenticate(request, { ...wish, mvpd })) ?? choose(request, undefined);
    const live = await sessions.find(request);
    if (live) return { next: { step: 'authenticate', ...live } };
    const trial = await temporary(request);
    if (trial) return { next: trial };
    return isIdentified(request) ? choose(request, undefined) : { next: { step: 'sign-in' } };
  };

  const stand = async (request: RestRequest, wish: StartWish): Promise<Outcome<Provider>> => {
    if (wish.choose && wish.mvpd === undefined) return choose(request, undefined);
    const all = await readProfiles(request);
    const open = wish.choose ? all.filter(({ mvpd }) => mvpd === wish.mvpd) : all;
    const profiles = bestProfiles(open, { remembered: wish.mvpd, now: clock.now() });
    return profiles.length > 0 ? withProfiles(request, profiles, wish.mvpd) : withoutProfile(request, wish);
  };

  return async (request, wish) => ({
    viewer: request.caller.viewer,
    isNew: false,
    ...(await stand(request, wish)),
  });
};

type Outcome<Provider> = Omit<Standing<Provider>, 'viewer' | 'isNew'> &
  Partial<Pick<Standing<Provider>, 'isNew'>>;

/** Somebody is signed in, or the app has another way to say who the viewer is. */
const isIdentified = ({ caller, suppliedToken }: RestRequest): boolean =>
  caller.viewer !== undefined ||
  (suppliedToken !== undefined && caller.app.externalServiceToken !== undefined);

/** The trial of a viewer without a profile, unless it is over. */
const createTemporary =
  <Provider>({ getProfile }: Deps<Provider>) =>
  async (request: RestRequest): Promise<StartStep<Provider> | undefined> => {
    const mvpd = request.caller.app.tempPass;
    if (mvpd === undefined) return undefined;
    const answer = await getProfile({ ...request, input: { parameters: { mvpd } } });
    if (answer.status >= 400) return undefined;
    const running = profilesIn(answer).find((profile) => profile.mvpd === mvpd);
    return { step: 'temporary', mvpd, notAfter: running?.notAfter };
  };

/** A session for the login at this MVPD; undefined if it is not offered any more. */
const createAuthenticate =
  <Provider>({ sessions, getProfile }: Deps<Provider>) =>
  async (request: RestRequest, wish: LoginWish): Promise<Outcome<Provider> | undefined> => {
    const { mvpd, domainName, redirectUrl } = wish;
    const opened = await sessions.open(request, { mvpd, domainName, redirectUrl });
    if ('session' in opened) {
      const { code, url, notAfter } = opened.session;
      return { next: { step: 'authenticate', mvpd, code, url, notAfter }, isNew: opened.isNew };
    }
    const { answer } = opened;
    if (mvpdIsGone.has(adobeCodeOf(answer) ?? '')) return undefined;
    if (answer.status >= 400) throw adobeRefusal(answer);
    if (!isAuthorize(answer))
      throw fail('gateway_adobe_answer_invalid', { detail: 'a complete session lacks something' });
    if (textMember(answer.body, 'reasonType') === 'temporary') return { next: { step: 'temporary', mvpd } };
    const found = await getProfile({ ...request, input: { parameters: { mvpd } }, isFresh: true });
    const profile = found.status < 400 ? profilesIn(found).find((one) => one.mvpd === mvpd) : undefined;
    return { ...(profile && { profile }), next: { step: 'play', mvpd } };
  };
