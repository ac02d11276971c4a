import type { CallAdobe } from '#src/adobe-pass/client';
import type { Answer } from '#src/adobe-pass/types';
import { type JsonObject, textMember } from '#src/lib/json';
import { operations } from '#src/rest-v2/operations';

/** What Adobe documents for a denial. Source: REST API V2, enhanced error codes. */
const reasons = new Set([
  'authorization_denied_by_mvpd',
  'authorization_denied_by_parental_controls',
  'authorization_denied_by_degradation_rule',
  'authorization_denied_by_hba_policies',
  'authorization_denied_by_session_invalidated',
  'network_received_error',
  'too_many_resources',
]);

/** The same calls; `denied` is called with the reason of each resource that an authorization denies, or `other`. */
export const countDenials =
  (callAdobe: CallAdobe, denied: (reason: string) => void): CallAdobe =>
  async (operation, call, input) => {
    const answer = await callAdobe(operation, call, input);
    if (operation.name !== operations.authorize.name || !mayDeny(answer)) return answer;
    const { decisions } = answer.body;
    for (const decision of Array.isArray(decisions) ? (decisions as JsonObject[]) : []) {
      if (decision['authorized'] !== false) continue;
      const code = textMember(decision['error'] ?? null, 'code') ?? '';
      denied(reasons.has(code) ? code : 'other');
    }
    return answer;
  };

/** A permit is not parsed for this. */
const mayDeny = ({ bytes }: Answer): boolean => bytes?.includes('false') ?? true;
