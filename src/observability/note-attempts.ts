import { currentFacts } from './context.ts';
import { type AdobeAttempt, noteAttempt } from './request-facts.ts';

/** Tells `observe`, and notes the attempt with the request that is being answered. */
export const noteAttempts =
  <Event extends AdobeAttempt>(observe: (event: Event) => void) =>
  (event: Event): void => {
    observe(event);
    const facts = currentFacts();
    if (facts) noteAttempt(facts, event);
  };
