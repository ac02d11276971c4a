import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Accounts } from '#src/families/accounts';
import type { VerifiedIdentity } from '#src/identity/provider';
import { fail } from '#src/lib/errors';
import type { Account } from '#src/stores/ports';

interface Deps {
  readonly accounts: Pick<Accounts, 'resolve'>;
  familyOf(app: AppConfig): FamilyConfig;
  readonly signedIn?: (event: { app: string; provider: string }) => void;
}

/** A verified identity becomes an account of the app's family. A provider the family does not list signs nobody in. */
export const createSignIn =
  ({ accounts, familyOf, signedIn }: Deps) =>
  async ({ app, identity }: { app: AppConfig; identity: VerifiedIdentity }): Promise<Account> => {
    const family = familyOf(app);
    if (!family.identityProviders.includes(identity.provider)) {
      throw fail('identity_rejected', {
        detail: `${identity.provider} is not a provider of family ${family.id}`,
      });
    }
    const account = await accounts.resolve(family, identity);
    signedIn?.({ app: app.id, provider: identity.provider });
    return account;
  };
