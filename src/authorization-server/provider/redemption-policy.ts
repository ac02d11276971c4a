import type { JsonObject } from '#src/lib/json';
import type { RedeemedArtifact } from '#src/stores/expiring-ports';

/** The models that are redeemed at the token endpoint, once. */
const oneTimeModels = new Set(['AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/** Codes are meant to be redeemed at once: their answers are kept no longer than OAuth 2.1 lets a code live. */
const codeAnswerLifetime = 600_000;

/** The request that looks an artifact up. */
export interface RedemptionContext {
  /** oidc-provider's name of the route. */
  readonly route: string | undefined;
  /** The authenticated client. */
  readonly clientId: string | undefined;
}

export const isRedemption = (model: string, { route }: RedemptionContext): boolean =>
  route === 'token' && oneTimeModels.has(model);

/** A device asks for a code that the viewer has not decided yet. `now` in milliseconds. Pure. */
export const isPoll = (
  model: string,
  payload: JsonObject,
  { clientId, now }: RedemptionContext & { readonly now: number },
): boolean => {
  const decided = payload['accountId'] !== undefined || payload['error'] !== undefined;
  const expired = Number(payload['exp']) * 1000 <= now;
  return model === 'DeviceCode' && payload['clientId'] === clientId && !decided && !expired;
};

/**
 * - `unknown`: it is not this client's, and no business of this request;
 * - `repeated`: nobody has used what was issued for it: the answer was lost, and is given again;
 * - `late`: a rival of the request that redeemed it, received before that was done;
 * - `reused`: it came back after its successor was used, or too late: somebody else has it;
 * - `revoked`: an app that never received the successor signs out with it.
 */
export type SpentVerdict = 'unknown' | 'repeated' | 'late' | 'reused' | 'revoked';

/** How the lookup of a redeemed artifact goes on. `receivedAt`: when the request came in, milliseconds. Pure. */
export const judgeSpent = (
  { client, answer, redeemedAt }: RedeemedArtifact,
  { route, clientId, receivedAt }: RedemptionContext & { readonly receivedAt: number },
): SpentVerdict => {
  if (client !== clientId) return 'unknown';
  if (route === 'revocation') return 'revoked';
  if (answer !== null) return 'repeated';
  return receivedAt <= redeemedAt ? 'late' : 'reused';
};

/** How long a redeemed artifact and its answer are kept: epoch milliseconds. `expiresAt`: of the artifact. Pure. */
export const keepRedeemed = (
  model: string,
  { now, expiresAt, lostAnswerLifetime }: Record<'now' | 'expiresAt' | 'lostAnswerLifetime', number>,
): { answerUntil: number; rememberedUntil: number } => {
  const max = model === 'RefreshToken' ? Number.POSITIVE_INFINITY : codeAnswerLifetime;
  const answerUntil = now + Math.min(lostAnswerLifetime, max);
  return { answerUntil, rememberedUntil: Math.max(answerUntil, expiresAt) };
};
