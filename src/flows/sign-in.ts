import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Accounts, ResolvedAccount } from '#src/families/accounts';
import type { VerifiedIdentity } from '#src/identity/provider';
import { fail } from '#src/lib/errors';

interface Deps {
  readonly accounts: Pick<Accounts, 'resolve'>;
  familyOf(app: AppConfig): FamilyConfig;
  readonly signedIn?: (event: { app: string; provider: string }) => void;
}

/**
 * From a verified identity to an account of the app's family. Rejects providers that the family does not list, and revoked
 * accounts. Errors: identity_rejected.
 */
export const createSignIn =
  ({ accounts, familyOf, signedIn }: Deps) =>
  async ({ app, identity }: { app: AppConfig; identity: VerifiedIdentity }): Promise<ResolvedAccount> => {
    const family = familyOf(app);
    if (!family.identityProviders.includes(identity.provider)) {
      throw fail('identity_rejected', {
        detail: `${identity.provider} is not a provider of family ${family.id}`,
      });
    }
    const account = await accounts.resolve(family, identity);
    if (account.isRevoked) throw fail('identity_rejected', { detail: 'the account is revoked' });
    signedIn?.({ app: app.id, provider: identity.provider });
    return account;
  };
