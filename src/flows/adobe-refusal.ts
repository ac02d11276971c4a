import type { Answer } from '#src/adobe-pass/types';
import { fail, type KinpassError } from '#src/lib/errors';
import { textMember } from '#src/lib/json';

/** As Adobe spells its codes: nothing else of its answer is shown. */
const codeForm = /^[a-z_]{1,80}$/;

/** Adobe's code in an error answer, where it has one. */
export const adobeCodeOf = ({ body }: Pick<Answer, 'body'>): string | undefined => {
  const code = textMember(body, 'code');
  return code !== undefined && codeForm.test(code) ? code : undefined;
};

/** An error answer of Adobe as an error of the gateway's own API: gateway_adobe_refused, with Adobe's status and its code as hint. */
export const adobeRefusal = (answer: Answer): KinpassError => {
  const code = adobeCodeOf(answer);
  return fail('gateway_adobe_refused', {
    status: answer.status,
    retryAfter: answer.retryAfter,
    hint: code && `Adobe answered ${code}`,
  });
};
