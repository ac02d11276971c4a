import { type ProviderId, providerIds } from './world.ts';

export const familyIds = ['ref', 'tv'] as const;
export type FamilyId = (typeof familyIds)[number];
export const appIds = ['ref-phone', 'ref-tv', 'tv-box'] as const;
export type AppId = (typeof appIds)[number];

/** What an operator can change while gateways run. */
export interface Settings {
  readonly familyOf: Readonly<Record<AppId, FamilyId>>;
  readonly providersOf: Readonly<Record<FamilyId, readonly ProviderId[]>>;
  readonly linking: 'none' | 'verifiedEmail';
  readonly trusted: readonly ProviderId[];
}

export const firstSettings: Settings = {
  familyOf: { 'ref-phone': 'ref', 'ref-tv': 'ref', 'tv-box': 'tv' },
  providersOf: { ref: providerIds, tv: ['shop', 'corp'] },
  linking: 'verifiedEmail',
  trusted: providerIds,
};

export const lifetimes = { session: 90 * 86_400_000, signIn: 400 * 86_400_000 };
