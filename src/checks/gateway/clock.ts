import type { Clock } from '#src/lib/clock';
import type { Check } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';
import { get } from './get.ts';
import { type AdobeTarget, egressId, wayTo } from './targets.ts';

interface Deps {
  readonly adobe: AdobeTarget;
  readonly clock: Pick<Clock, 'now'>;
}

/** The Date header is in whole seconds, and the network is slow: one answer alone may mislead. */
const questions = 3;
const warnSeconds = 5;
const maxSeconds = 30;

/** Whether this machine's clock agrees with Adobe's: service tokens carry times that Adobe compares with its own. */
export const createClockCheck = ({ adobe: { url, environment }, clock }: Deps): Check => ({
  id: 'clock',
  question: "Does this machine's clock agree with Adobe's?",
  needs: [egressId(environment), ...wayTo(url)],
  run: async (signal) => {
    const asked = await Promise.all(Array.from({ length: questions }, () => askOnce(url, clock, signal)));
    const offsets = asked.filter((offset) => offset !== undefined);
    const offset = median(offsets);
    if (offset === undefined) return skipped(`${url.host} tells no time (Date).`);
    const facts = { offsetSeconds: Math.round(offset * 10) / 10, answers: offsets.length };
    const off = Math.abs(offset);
    if (off <= warnSeconds) return ok("This machine's clock agrees with Adobe's.", facts);
    const direction = offset > 0 ? 'ahead of' : 'behind';
    const summary = `This machine's clock is ${Math.round(off)} s ${direction} Adobe's.`;
    const cure = 'Set the clock, and keep it right by NTP: tokens from the future or the past are refused.';
    return off > maxSeconds ? failed(summary, cure, facts) : warning(summary, cure, facts);
  },
});

/** How far this machine is ahead, seconds; undefined without an answer. */
const askOnce = async (url: URL, clock: Deps['clock'], signal: AbortSignal): Promise<number | undefined> => {
  const sentAt = clock.now();
  const answer = await get(url.origin, { signal });
  const middle = (sentAt + clock.now()) / 2;
  if (!answer.answered) return undefined;
  const { date, age } = answer.headers;
  // A cache may answer: Age seconds have passed since (RFC 9111 §5.1). Date lacks half a second on average.
  const told = Date.parse(String(date)) / 1000 + (Number(age) || 0) + 0.5;
  return Number.isNaN(told) ? undefined : middle / 1000 - told;
};

const median = (numbers: readonly number[]): number | undefined =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
