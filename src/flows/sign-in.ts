import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Accounts } from '#src/families/accounts';
import type { Revocations } from '#src/families/revocations';
import type { VerifiedIdentity } from '#src/identity/provider';
import { fail } from '#src/lib/errors';
import type { Account } from '#src/stores/ports';

interface Deps {
  readonly accounts: Pick<Accounts, 'resolve'>;
  readonly revocations: Pick<Revocations, 'anyOf'>;
  familyOf(app: AppConfig): FamilyConfig;
  readonly signedIn?: (event: { app: string; provider: string }) => void;
}

/**
 * From a verified identity to an account of the app's family. Rejects providers that the family does not list, and revoked
 * accounts. Errors: identity_rejected.
 */
export const createSignIn =
  ({ accounts, revocations, familyOf, signedIn }: Deps) =>
  async ({ app, identity }: { app: AppConfig; identity: VerifiedIdentity }): Promise<Account> => {
    const family = familyOf(app);
    if (!family.identityProviders.includes(identity.provider)) {
      throw fail('identity_rejected', {
        detail: `${identity.provider} is not a provider of family ${family.id}`,
      });
    }
    const account = await accounts.resolve(family, identity);
    if (await revocations.anyOf([{ kind: 'account', id: account.id }]))
      throw fail('identity_rejected', { detail: 'the account is revoked' });
    signedIn?.({ app: app.id, provider: identity.provider });
    return account;
  };
