import type { ChangeKey } from '#src/stores/change-feed';
import type { ForgetServiceTokens } from './forget-service-tokens.ts';

interface Deps {
  readonly forgetServiceTokens: ForgetServiceTokens;
  /** The jti of the service token that this process sent last, by account. */
  readonly lastTokenIds: { list(): [viewer: string, tokenId: string][]; delete(viewer: string): boolean };
  /** Viewers of the sign-ins that called this process lately, by grant. */
  readonly signedIn: { get(grant: string): string | undefined };
}

/** Drops what this process holds for whom a change names: another process may have made it. */
export const createForgetEnded = ({ forgetServiceTokens, lastTokenIds, signedIn }: Deps) => {
  const viewerOf = ({ kind, id }: ChangeKey): string | undefined => {
    if (kind === 'account') return id;
    if (kind === 'sign-in') return signedIn.get(id);
    if (kind === 'service-token') return lastTokenIds.list().find(([, tokenId]) => tokenId === id)?.[0];
    return undefined;
  };

  return async (key: ChangeKey): Promise<void> => {
    const viewer = viewerOf(key);
    if (viewer === undefined) return;
    lastTokenIds.delete(viewer);
    await forgetServiceTokens(viewer);
  };
};

export type ForgetEnded = ReturnType<typeof createForgetEnded>;
