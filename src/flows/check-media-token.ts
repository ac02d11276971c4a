import type { CallAdobe } from '#src/adobe-pass/client';
import { fail } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import type { VerifyMediaToken } from '#src/media-token/verify-media-token';
import type { Log } from '#src/observability/logger';
import { operations } from '#src/rest-v2/operations';

interface Deps {
  readonly verifyMediaToken: VerifyMediaToken;
  /** Whether a token that fails is withheld. */
  readonly enforce: boolean;
  readonly log: Pick<Log, 'warn'>;
  /** Called with the status of each check. */
  readonly checked: (status: string) => void;
}

/**
 * Authorizations whose media tokens are verified before anybody gets them. The one use of a token is the media server's.
 * Errors: those of the call; gateway_media_token_invalid, where the check is enforced.
 */
export const createCheckingCall = (
  callAdobe: CallAdobe,
  { verifyMediaToken, enforce, log, checked }: Deps,
): CallAdobe => {
  const check = async (decision: JsonObject, requestor: string): Promise<void> => {
    const token = serializedTokenOf(decision);
    const { resource } = decision;
    if (token === undefined || typeof resource !== 'string') return;
    const result = await verifyMediaToken(token, { requestor, resource });
    checked(result.status);
    if (result.status === 'VALID_TOKEN') return;
    if (enforce) throw fail('gateway_media_token_invalid', { detail: `${result.status}: ${result.detail}` });
    log.warn(
      { status: result.status, detail: result.detail },
      'a media token fails the check; it is passed on',
    );
  };

  return async (operation, call, input) => {
    const answer = await callAdobe(operation, call, input);
    if (operation.name !== operations.authorize.name) return answer;
    const { decisions } = answer.body;
    for (const decision of Array.isArray(decisions) ? (decisions as JsonObject[]) : [])
      await check(decision, call.serviceProvider);
    return answer;
  };
};

const serializedTokenOf = ({ token }: JsonObject): string | undefined => {
  const member = typeof token === 'object' && token !== null && !Array.isArray(token) ? token : {};
  const { serializedToken } = member;
  return typeof serializedToken === 'string' ? serializedToken : undefined;
};
