import type { FamilyConfig } from '#src/config/schema';
import type { Accounts, ResolvedAccount } from '#src/families/accounts';
import type { VerifiedIdentity } from '#src/identity/provider';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import type { ChangeKey } from '#src/stores/change-feed';
import type { AccountStanding } from '#src/stores/ports';

interface Deps {
  readonly accounts: Pick<Accounts, 'resolve' | 'standing' | 'emailOf'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Whether everything is known that changed more than a second ago, here or in another process. */
  readonly isUpToDate: () => boolean;
  /** Accounts that are kept. */
  readonly max?: number;
}

interface Known {
  readonly standing: AccountStanding;
  /** Of the identity that was proven last, if that was here. */
  readonly email: string | undefined;
  /** By the monotonic clock. */
  readonly until: number;
}

/** Milliseconds: longer than one run of the sign-in pages should take. Another process may have heard of another e-mail since. */
const lifetime = 600_000;

/**
 * The accounts that signed in at this process lately: each page of a sign-in asks for one. An account is kept until it is
 * revoked, wherever that is. One that is revoked is not kept, nor what was read while something changed.
 */
export const createKnownAccounts = ({ accounts, clock, isUpToDate, max = 10_000 }: Deps) => {
  const kept = createLru<Known>(max);
  let generation = 0;
  let isClosed = false;

  const known = (id: string): Known | undefined => {
    const found = isUpToDate() ? kept.get(id) : undefined;
    return found && clock.monotonic() < found.until ? found : undefined;
  };

  const keep = (standing: AccountStanding | undefined, since: number, email?: string): void => {
    if (!standing || standing.isRevoked || isClosed || since !== generation) return;
    kept.set(standing.account.id, { standing, email, until: clock.monotonic() + lifetime });
  };

  const missed = (): void => {
    generation += 1;
    kept.clear();
  };

  return {
    resolve: async (family: FamilyConfig, identity: VerifiedIdentity): Promise<ResolvedAccount> => {
      const since = generation;
      const resolved = await accounts.resolve(family, identity);
      const { isRevoked, ...account } = resolved;
      keep({ account, isRevoked }, since, identity.email?.address);
      return resolved;
    },
    standing: async (id: string): Promise<AccountStanding | undefined> => {
      const found = known(id);
      if (found) return found.standing;
      const since = generation;
      const standing = await accounts.standing(id);
      keep(standing, since);
      return standing;
    },
    emailOf: async (id: string): Promise<string | null> => known(id)?.email ?? accounts.emailOf(id),
    changed: ({ kind, id }: ChangeKey): void => {
      if (kind !== 'account') return;
      generation += 1;
      kept.delete(id);
    },
    /** Changes may have been missed. */
    missed,
    /** Nothing is kept from now on: other settings apply. */
    close: (): void => {
      isClosed = true;
      missed();
    },
  };
};

export type KnownAccounts = ReturnType<typeof createKnownAccounts>;
