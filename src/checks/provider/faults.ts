import { transportCure } from '#src/identity/transport-cures';
import type { Outcome } from '../check.ts';
import { failed } from '../outcome.ts';
import { type Answer, isObject, locationOf, type NoAnswer, type Reading } from './ask.ts';

/** Why an address does not return what it should, with the cure; undefined if it returns 200 and a JSON object. */
export const documentFault = (reading: Reading, adviceFor404: string): Outcome | undefined => {
  if ('failure' in reading) return noAnswer(reading);
  if (reading.status !== 200) return statusFault(reading, adviceFor404);
  return isObject(reading.json) ? undefined : notJson(reading);
};

/** Error codes are short words; anything else is free text. */
export const errorName = (error: unknown): string =>
  typeof error === 'string' && /^\w{1,40}$/.test(error) ? error : 'an error without a valid name';

/** RFC 6749 §5.2 and §4.1.2.1: `error_description`, for people. */
export const providerSays = (description: unknown): Outcome['facts'] =>
  typeof description === 'string' && description ? { providerSays: description } : undefined;

export const noAnswer = ({ place, failure }: NoAnswer): Outcome =>
  failed(
    `${place} did not answer: ${failure}.`,
    transportCure(failure) ??
      'Open the address from this machine, and look for a proxy or firewall in the way.',
  );

export const statusFault = (answer: Answer, adviceFor404: string): Outcome => {
  const { place, status } = answer;
  const location = locationOf(answer);
  if (location)
    return failed(
      `${place} redirects to ${location.origin}${location.pathname}.`,
      'Redirects are not followed: configure the final address, as the provider publishes it.',
    );
  const cure =
    status >= 500 || status === 429
      ? 'The provider has a problem or limits requests: see its status page or log, then run this again.'
      : adviceFor404;
  return failed(`${place} answers with status ${status}.`, cure);
};

const notJson = ({ place, headers }: Answer): Outcome =>
  failed(
    `${place} answers, but not with a JSON object (${headers.get('content-type') ?? 'no content type'}).`,
    'A login page, a proxy or another site answers there: open the address from this machine to see which.',
  );
