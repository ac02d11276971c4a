import type { CallAdobe } from '#src/adobe-pass/client';
import type { Answer } from '#src/adobe-pass/types';
import { textMember } from '#src/lib/json';
import { currentFacts } from '#src/observability/context';
import { noteCode, noteInput, type RequestFacts } from '#src/observability/request-facts';
import { adobeCodeOf } from './adobe-refusal.ts';
import { traceId } from './find-trace.ts';

const note = (facts: RequestFacts, answer: Answer): void => {
  const trace = textMember(answer.body, 'trace');
  noteCode(facts, adobeCodeOf(answer));
  if (traceId.safeParse(trace).success) facts.adobeTrace = trace;
};

/** The same calls; what Adobe refuses is noted with the request that is being answered, for whoever looks for it later. */
export const noteRefusals =
  (callAdobe: CallAdobe): CallAdobe =>
  async (operation, call, input) => {
    const facts = currentFacts();
    if (facts) noteInput(facts, input);
    const answer = await callAdobe(operation, call, input);
    if (facts && answer.status >= 400) note(facts, answer);
    return answer;
  };
