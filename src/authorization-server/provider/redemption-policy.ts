import type { StoredArtifact } from '#src/stores/expiring-ports';

/** Milliseconds for which a second use counts as a repetition, not as theft, and a lost answer is given again. */
export const repetitionWindow = 10_000;

/** The request that looks an artifact up. */
export interface RedemptionContext {
  /** oidc-provider's name of the route. */
  readonly route: string | undefined;
  /** The authenticated client. */
  readonly clientId: string | undefined;
}

/**
 * - `proceed`: oidc-provider decides, which includes revoking the grant when a spent artifact is used again;
 * - `repeated`: a repetition or a race, not theft: it must not cost the winner its tokens;
 * - `poll`: a device asks for a code that the viewer has not decided yet.
 */
export type RedemptionVerdict = 'proceed' | 'repeated' | 'poll';

const oneTimeModels = new Set(['AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/** How the lookup of a one-time artifact at the token endpoint goes on. `now` in milliseconds. Pure. */
export const judgeRedemption = (
  model: string,
  { payload, consumedAt }: StoredArtifact,
  { route, clientId, now }: RedemptionContext & { readonly now: number },
): RedemptionVerdict => {
  if (route !== 'token' || !oneTimeModels.has(model) || payload['clientId'] !== clientId) return 'proceed';
  if (consumedAt !== null && now - consumedAt < repetitionWindow) return 'repeated';
  const decided = payload['accountId'] !== undefined || payload['error'] !== undefined;
  const expired = Number(payload['exp']) * 1000 <= now;
  return model === 'DeviceCode' && !decided && !expired ? 'poll' : 'proceed';
};
