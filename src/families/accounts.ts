/**
 * Families: the apps that share sign-in, the accounts of their viewers, the instances they sign in on, and the Adobe
 * credentials and subjects that follow from both. This folder owns identity: which account, instance and subject. It
 * refuses protocols: it knows no HTTP, no OAuth grants and no REST V2 bodies.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { FamilyConfig, IdentityProviderConfig } from '#src/config/schema';
import type { VerifiedIdentity } from '#src/identity/provider';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import type { Account, AccountStanding, AccountStore, Identity } from '#src/stores/ports';
import { claimIn, claimKey, claimSourceOf } from './kept-claims.ts';
import { linkAddressOf, linkRulesOf } from './linking.ts';

interface Deps {
  readonly store: AccountStore;
  /** As they are configured today: what they may link by is decided at each sign-in. */
  readonly identityProviders: readonly IdentityProviderConfig[];
  /** Key of the hash that addresses are compared by, so that the database holds no addresses to compare. */
  readonly linkSecret: Uint8Array;
  /** The newest version of the subject secret: new accounts use it, for good. */
  readonly subjectVersion: number;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface Viewer {
  readonly id: string;
  readonly family: string;
  /** Browser sessions from before are over; null if none were ended. */
  readonly endedAt: number | null;
}

/** The account of an identity. */
export interface ResolvedAccount extends Account {
  readonly isRevoked: boolean;
}

export const createAccounts = ({
  store,
  identityProviders,
  linkSecret,
  subjectVersion,
  clock,
  ids,
}: Deps) => {
  const linkingKey = createSecretKey(linkSecret);
  return {
    /**
     * The account of a verified identity, created on first sight, and whether it is revoked. Accounts are keyed by family, issuer and subject. An
     * address joins identities of different issuers only where the family links by verified e-mail, both providers are
     * authoritative for it now, and both have said so lately. The first value of the claim that the family's subjects are made of is kept.
     */
    resolve: async (family: FamilyConfig, identity: VerifiedIdentity): Promise<ResolvedAccount> => {
      const now = clock.now();
      const rules = linkRulesOf(family, identityProviders, now);
      const link = linkAddressOf(identity, rules);
      const { account, isRevoked } = await store.resolve({
        identity: {
          family: family.id,
          issuer: identity.issuer,
          subject: identity.subject,
          provider: identity.provider,
          email: identity.email?.address ?? null,
          linkKey: link ? linkKeyOf(family, link.address, linkingKey) : null,
          linkAuthority: link?.authority ?? null,
          createdAt: now,
          provenAt: now,
        },
        fresh: { id: ids.uuid(), family: family.id, createdAt: now, subjectVersion, endedAt: null },
        link: rules,
      });
      const source = claimSourceOf(family);
      const value = claimIn(identity, source);
      if (source && value !== undefined) await store.keepClaim(account.id, claimKey(source), value);
      return { ...account, isRevoked };
    },

    /** The account that already has this identity. */
    findByIdentity: (
      identity: Pick<Identity, 'family' | 'issuer' | 'subject'>,
    ): Promise<Account | undefined> => store.findByIdentity(identity),

    find: (id: string): Promise<Viewer | undefined> => store.find(id),

    standing: (id: string): Promise<AccountStanding | undefined> => store.standing(id),

    /** An address to show to the viewer, masked: that of the identity proven last. Never used as a key. */
    emailOf: async (id: string): Promise<string | null> => {
      const identities = await store.identitiesOf(id);
      const byProof = identities.toSorted((a, b) => (b.provenAt ?? 0) - (a.provenAt ?? 0));
      return byProof.find(({ email }) => email !== null)?.email ?? null;
    },
  };
};

export type Accounts = ReturnType<typeof createAccounts>;

const linkKeyOf = (family: FamilyConfig, address: string, secret: KeyObject): string =>
  createHmac('sha256', secret).update(compositeKey(family.id, address)).digest('base64url');
