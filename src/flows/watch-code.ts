import type { Answer } from '#src/adobe-pass/types';
import type { CodeKey, RememberedCode } from '#src/families/codes';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { compositeKey, createSingleFlight } from '#src/lib/single-flight';
import type { ChangeKey } from '#src/stores/change-feed';
import type { AdmitCode } from './admit-code.ts';
import type { OperationFlow } from './call-operation.ts';
import { type Caller, codeIn, type RestRequest, restsOn } from './caller.ts';
import type { CodePolls } from './code-polls.ts';
import type { FindCode } from './find-code.ts';
import type { PollCode } from './poll-code.ts';
import type { Waiters } from './waiters.ts';

interface Deps {
  readonly admitCode: AdmitCode;
  readonly findCode: FindCode;
  readonly pollCode: PollCode;
  readonly getProfileByCode: OperationFlow;
  readonly polls: CodePolls;
  readonly waiters: Pick<Waiters, 'follow' | 'generation'>;
  readonly clock: Clock;
  /** Requests that may wait at the same time, for all codes together. */
  readonly maxWaiters?: number;
}

export type WatchRequest = RestRequest & {
  /** Milliseconds that the answer is held back for while there is no profile. */
  readonly hold: number;
  readonly signal: AbortSignal;
  /** The generation of the waiters before the caller was identified. */
  readonly since: number;
  /** The caller of now; rejects where a call of theirs would be refused. */
  identifyAgain(): Promise<Caller>;
};

/** `isHandedOver`: this process ends before there is a profile. */
export type WatchedAnswer = Answer & { readonly isHandedOver?: boolean };

export type WatchCode = (request: WatchRequest) => Promise<WatchedAnswer>;

/**
 * Waits for the profile behind a code. Everyone who waits is entitled to the code, when they come, while they wait, and
 * when they get the answer. Adobe is polled once per code, as the device that created it. Only who sends a TempPass
 * identity, on which the answer depends, polls alone, as does each waiter for a code whose device is not known.
 */
export const createWatchCode = (deps: Deps): WatchCode => {
  const {
    admitCode,
    findCode,
    pollCode,
    getProfileByCode,
    polls,
    waiters,
    clock,
    maxWaiters = 20_000,
  } = deps;
  let waiting = 0;
  const lookUps = createSingleFlight<RememberedCode>();

  /** All who ask at once share one look-up, unless something has changed since it began. */
  const findAgain = (key: CodeKey, family: string): Promise<RememberedCode> =>
    lookUps(compositeKey(key.serviceProvider, key.code, family, String(waiters.generation())), () =>
      findCode(key, family),
    );

  const join = (request: WatchRequest, key: CodeKey, code: RememberedCode) => {
    if (!code.device || request.device.headers['ap-temppass-identity'] !== undefined)
      return polls.alone((signal) => getProfileByCode({ ...request, signal }));
    const name = compositeKey(code.family, key.serviceProvider, key.code);
    return polls.join(name, (signal) => pollCode(key, code.family, signal));
  };

  /** The answer, unless the caller ends before it is there. */
  const wait = async (request: WatchRequest, key: CodeKey, code: RememberedCode): Promise<WatchedAnswer> => {
    const { caller, hold, since, signal } = request;
    const check = async () => findAgain(key, (await request.identifyAgain()).family.id);
    const left = new AbortController();
    // `AbortSignal.any` keeps some kilobytes for each of those who wait.
    const leave = () => left.abort(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    const ended = Promise.withResolvers<never>();
    const poll = join(request, key, code);
    const keys = [...restsOn(caller), ...keysOfCode(code)];
    const handedOver = Promise.withResolvers<void>();
    const told = { ended: ended.reject, handOver: handedOver.resolve };
    const stopFollowing = waiters.follow({ keys, since, check, ...told });
    const { expiresAt = Number.POSITIVE_INFINITY } = caller;
    const wait = (ms: number) => clock.wait(ms, left.signal);
    const wholeTime = waitChecked({ wait, hold, validFor: expiresAt - clock.now(), check });
    const sides: Promise<WatchedAnswer>[] = [
      poll.outcome,
      wholeTime.then(poll.latest),
      handedOver.promise.then(poll.latest).then((answer) => ({ ...answer, isHandedOver: true })),
      ended.promise,
    ];
    for (const side of sides) side.catch(() => undefined);
    try {
      const answer = await Promise.race(sides);
      await check();
      return answer;
    } finally {
      stopFollowing();
      poll.leave();
      signal.removeEventListener('abort', leave);
      left.abort();
    }
  };

  return async (request) => {
    const key = { serviceProvider: request.serviceProvider, code: codeIn(request) };
    const code = await admitCode(request);
    if (waiting >= maxWaiters) throw fail('gateway_unavailable', { retryAfter: 5 });
    waiting += 1;
    try {
      return await wait(request, key, code);
    } finally {
      waiting -= 1;
    }
  };
};

interface Wait {
  wait(ms: number): Promise<void>;
  readonly hold: number;
  /** Milliseconds after which the caller's token has expired. */
  readonly validFor: number;
  check(): Promise<unknown>;
}

/** Who has got another token meanwhile waits on. */
const waitChecked = async ({ wait, hold, validFor, check }: Wait): Promise<void> => {
  if (validFor >= hold) return wait(hold);
  const before = Math.max(0, validFor);
  await wait(before);
  await check();
  await wait(hold - before);
};

const keysOfCode = ({ instance, viewer }: RememberedCode): ChangeKey[] => [
  { kind: 'instance', id: instance },
  ...(viewer === undefined ? [] : [{ kind: 'account', id: viewer } as const]),
];
