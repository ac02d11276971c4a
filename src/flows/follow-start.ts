import type { Clock } from '#src/lib/clock';
import { hasCode } from '#src/lib/errors';
import { adobeRefusal } from './adobe-refusal.ts';
import type { Caller, RestRequest } from './caller.ts';
import type { DeviceSignIns } from './device-sign-ins.ts';
import type { Watch } from './hold-answer.ts';
import type { Journey, Started, StartRequest } from './start-journey.ts';
import type { StartSessions } from './start-sessions.ts';
import type { Waited, WatchSignIn } from './watch-sign-in.ts';

/** A start that is waited for. */
export interface FollowedStart<Provider> {
  readonly asked: StartRequest;
  readonly journey: Journey<Provider>;
  /** The `id` of the answer that the app has. */
  readonly seen?: string | undefined;
  /** Milliseconds for which it waits. */
  readonly hold: number;
  /** The generation of the waiters before the caller was identified. */
  readonly since: number;
  /** The caller of now; rejects where a call of theirs would be refused. */
  identifyAgain(bearer: string, isUnseen: boolean): Promise<Caller>;
}

interface Deps {
  readonly watchSignIn: WatchSignIn;
  readonly deviceSignIns: Pick<DeviceSignIns, 'pending'>;
  readonly sessions: Pick<StartSessions, 'find'>;
  /** Waits for the profile behind a code. */
  readonly watchCode: Watch;
  /** Waits for any profile. */
  readonly watchProfiles: Watch;
  readonly clock: Clock;
}

/** Milliseconds between two answers of Adobe that say the same, where it says that something has changed. */
const pause = 4_000;

/** There is nothing to wait for: the app goes on by itself. */
const isLast = <Provider>({ next, profiles }: Started<Provider>, { isChoosing }: StartRequest): boolean => {
  if (next === undefined || profiles !== undefined) return true;
  if (next.step === 'sign-in') return next.code === undefined;
  return next.step === 'choose-provider' ? isChoosing : next.step !== 'authenticate';
};

/** Waits for a session that another part of the viewer's journey creates. */
const createUntilSession =
  ({ sessions, clock }: Pick<Deps, 'sessions' | 'clock'>) =>
  async (request: RestRequest, hold: number, signal: AbortSignal): Promise<Waited> => {
    const until = clock.monotonic() + hold;
    for (;;) {
      const left = until - clock.monotonic();
      if (left <= 0) return 'unchanged';
      await clock.wait(Math.min(left, pause), signal);
      if (await sessions.find(request)) return 'changed';
    }
  };

/** Waits for the next step of a start, by whatever may bring it about. */
const createWait = (deps: Deps) => {
  const { watchSignIn, deviceSignIns, watchCode, watchProfiles, clock } = deps;
  const untilSession = createUntilSession(deps);

  const ofSignIn = async <Provider>(
    { asked, hold }: FollowedStart<Provider>,
    deviceCode: string,
  ): Promise<Waited> => {
    const { signIn, signal } = asked;
    if (!signIn) return 'unchanged';
    return watchSignIn({
      isPending: async () => (await deviceSignIns.pending(signIn, deviceCode)) !== undefined,
      hold,
      signal,
      keys: [{ kind: 'instance', id: signIn.clientId }],
    });
  };

  const ofProfile = async <Provider>(
    { asked, journey, hold, since, identifyAgain }: FollowedStart<Provider>,
    watch: Watch,
    input: RestRequest['input'],
  ): Promise<Waited> => {
    const { signedIn } = journey;
    if (!signedIn) return 'unchanged';
    const { bearer, isUnseen, request } = signedIn;
    const answer = await watch({
      ...request,
      input,
      signal: asked.signal,
      hold,
      since,
      identifyAgain: () => identifyAgain(bearer, isUnseen),
    });
    if (answer.isHandedOver) return 'handed-over';
    if (answer.status !== 200) throw adobeRefusal(answer);
    return Object.keys(answer.body['profiles'] ?? {}).length > 0 ? 'changed' : 'unchanged';
  };

  /** The viewer may choose elsewhere, such as on their phone, or have a profile without that. */
  const ofChoice = async <Provider>(followed: FollowedStart<Provider>): Promise<Waited> => {
    const { asked, journey, hold } = followed;
    const left = new AbortController();
    const signal = AbortSignal.any([asked.signal, left.signal]);
    const sides = [ofProfile({ ...followed, asked: { ...asked, signal } }, watchProfiles, {})];
    if (journey.signedIn) sides.push(untilSession(journey.signedIn.request, hold, signal));
    for (const side of sides) side.catch(() => undefined);
    try {
      return await Promise.race(sides);
    } finally {
      left.abort();
    }
  };

  return async <Provider>(
    followed: FollowedStart<Provider>,
    { next }: Started<Provider>,
  ): Promise<Waited> => {
    if (next?.step === 'sign-in' && next.code) return ofSignIn(followed, next.code.deviceCode);
    if (next?.step === 'choose-provider') return ofChoice(followed);
    if (next?.step !== 'authenticate') return 'unchanged';
    const { code, notAfter } = next;
    try {
      return await ofProfile(followed, watchCode, { parameters: { code } });
    } catch (error) {
      if (!hasCode(error, 'gateway_code_expired')) throw error;
      if (clock.now() < notAfter) followed.journey.forgetMvpd();
      return 'changed';
    }
  };
};

/** A step of a start that is followed; the last one says why nothing follows. */
export interface Followed<Provider> {
  readonly started: Started<Provider>;
  readonly isHandedOver: boolean;
}

export const createFollowStart = (deps: Deps) => {
  const wait = createWait(deps);
  const { clock } = deps;

  /** The answer that differs from the one before; undefined when the time is over. */
  const nextAfter = async <Provider>(
    followed: FollowedStart<Provider>,
    before: Started<Provider>,
    until: number,
  ): Promise<Followed<Provider> | undefined> => {
    for (;;) {
      const hold = until - clock.monotonic();
      if (hold <= 0) return undefined;
      const waited = await wait({ ...followed, hold }, before);
      if (waited === 'handed-over') return { started: before, isHandedOver: true };
      if (waited === 'unchanged') return undefined;
      const started = await followed.journey.now();
      if (started.id !== before.id) return { started, isHandedOver: false };
      await clock.wait(pause, followed.asked.signal);
    }
  };

  return {
    /** One answer: at once where it shows the app something new, else when the next step is another one or the time is over. */
    hold: async <Provider>(followed: FollowedStart<Provider>): Promise<Started<Provider>> => {
      const { journey, seen } = followed;
      const until = clock.monotonic() + followed.hold;
      const started = await journey.now();
      const isKnown = seen === undefined ? !started.isNew : seen === started.id;
      if (!isKnown || started.tokens || isLast(started, followed.asked)) return started;
      return (await nextAfter(followed, started, until))?.started ?? started;
    },

    /** Every answer that differs from the one before, the first at once unless the app has it, until there is nothing to wait for. */
    async *follow<Provider>(followed: FollowedStart<Provider>): AsyncGenerator<Followed<Provider>> {
      const { journey, seen } = followed;
      const until = clock.monotonic() + followed.hold;
      let started = await journey.now();
      if (started.id !== seen || started.tokens) yield { started, isHandedOver: false };
      while (!isLast(started, followed.asked)) {
        const next = await nextAfter(followed, started, until);
        if (!next || next.isHandedOver) return yield { started, isHandedOver: true };
        started = next.started;
        yield next;
      }
    },
  };
};

export type FollowStart = ReturnType<typeof createFollowStart>;
