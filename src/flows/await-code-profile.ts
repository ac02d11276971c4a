import type { CodeKey } from '#src/families/codes';
import type { Clock } from '#src/lib/clock';
import { hasCode } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import type { CodePolls } from './code-polls.ts';
import type { FindCode } from './find-code.ts';
import type { PollCode } from './poll-code.ts';
import { hasProfileOfSession } from './session-profile.ts';

interface Deps {
  readonly findCode: FindCode;
  readonly pollCode: PollCode;
  readonly polls: Pick<CodePolls, 'join'>;
  readonly clock: Pick<Clock, 'wait'>;
}

interface Awaited {
  readonly key: CodeKey;
  readonly family: string;
  /** When the session began, milliseconds since 1970: an older profile is of another login. */
  readonly since: number;
  /** Milliseconds to wait for the profile. */
  readonly hold: number;
  readonly signal: AbortSignal;
}

export type AwaitCodeProfile = (awaited: Awaited) => Promise<'there' | 'pending' | 'ended'>;

/** Waits for the profile of the session behind a code, with the poll of everybody who does. */
export const createAwaitCodeProfile =
  ({ findCode, pollCode, polls, clock }: Deps): AwaitCodeProfile =>
  async ({ key, family, since, hold, signal }) => {
    const left = new AbortController();
    const leave = () => left.abort(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      const { device, ...code } = await findCode(key, family);
      const poll = polls.join(compositeKey(code.family, key.serviceProvider, key.code), {
        ask: (stopped) => pollCode(key, family, stopped),
        address: device?.address ?? '',
      });
      const late = clock.wait(hold, left.signal).then(poll.latest);
      late.catch(() => undefined);
      try {
        const answer = await Promise.race([poll.outcome, late]);
        if (hasProfileOfSession(answer, since)) return 'there';
        return answer.status >= 400 && answer.status < 500 ? 'ended' : 'pending';
      } finally {
        poll.leave();
      }
    } catch (error) {
      const isGone =
        hasCode(error, 'gateway_code_expired') || hasCode(error, 'invalid_authentication_session');
      if (!isGone) throw error;
      return 'ended';
    } finally {
      signal.removeEventListener('abort', leave);
      left.abort();
    }
  };
