import type { FamilyConfig } from '#src/config/schema';

/** What a sign-in or a browser session rests on. */
export interface Basis {
  /** The family of the viewer's account. */
  readonly family: string;
  /** The configured identity provider; null if that was not recorded. */
  readonly provider: string | null;
  /** When the provider last proved who the viewer is, epoch milliseconds. */
  readonly provenAt: number;
}

/** Why nothing rests on it any more: the app is another family's or gone, the family left the provider, time is over. */
export type Lapse = 'family' | 'provider' | 'lifetime';

interface Today {
  /** Of the app that it is used for; undefined if the app is gone. */
  readonly family: Pick<FamilyConfig, 'id' | 'identityProviders'> | undefined;
  /** Milliseconds. */
  readonly lifetime: number;
  readonly now: number;
}

/** Undefined while it stands. Pure. */
export const lapseOf = (basis: Basis, { family, lifetime, now }: Today): Lapse | undefined => {
  if (basis.family !== family?.id) return 'family';
  if (basis.provider !== null && !family.identityProviders.includes(basis.provider)) return 'provider';
  return now - basis.provenAt >= lifetime ? 'lifetime' : undefined;
};
