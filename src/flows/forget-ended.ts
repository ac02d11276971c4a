import type { ChangeKey } from '#src/stores/change-feed';
import type { ForgetServiceTokens } from './forget-service-tokens.ts';

interface Deps {
  /** Drops the callers that rest on what changed. */
  readonly knownCallers: { changed(key: ChangeKey): void };
  /** Drops the account that has changed. */
  readonly knownAccounts: { changed(key: ChangeKey): void };
  /** Drops the answers of Adobe that rest on what changed. */
  readonly knownAnswers: { changed(key: ChangeKey): void };
  /** Viewers of the sign-ins that called this process lately, by grant. */
  readonly signedIn: { get(grant: string): string | undefined };
  readonly forgetServiceTokens: ForgetServiceTokens;
  /** Drops the service token with this jti. */
  forgetToken(tokenId: string): void;
}

/**
 * Drops what this process holds of what a change names: callers, accounts, answers and a revoked service token before it returns, the
 * service tokens of a viewer who ended as soon as their subject is known.
 */
export const createForgetEnded =
  ({ knownCallers, knownAccounts, knownAnswers, signedIn, forgetServiceTokens, forgetToken }: Deps) =>
  async (key: ChangeKey): Promise<void> => {
    const { kind, id } = key;
    knownCallers.changed(key);
    knownAccounts.changed(key);
    knownAnswers.changed(key);
    if (kind === 'service-token') forgetToken(id);
    const viewer = kind === 'account' ? id : kind === 'sign-in' ? signedIn.get(id) : undefined;
    if (viewer !== undefined) await forgetServiceTokens(viewer);
  };

export type ForgetEnded = ReturnType<typeof createForgetEnded>;
