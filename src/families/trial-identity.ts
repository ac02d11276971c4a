import type { Config, FamilyConfig } from '#src/config/schema';
import { normalizeEmail } from '#src/identity/email';
import { hasCode } from '#src/lib/errors';
import { tempPassIdentity } from '#src/rest-v2/temppass-identity';
import type { Account, AccountStore } from '#src/stores/ports';
import type { FindSubject } from './find-subject.ts';

interface Deps {
  readonly accounts: Pick<AccountStore, 'identitiesOf'>;
  readonly findSubject: FindSubject;
  readonly promotional: Config['tempPass']['promotional'];
}

/** Who a promotional TempPass is asked for. */
export interface Tried {
  readonly family: Pick<FamilyConfig, 'id'>;
  readonly account: Account;
  readonly mvpd: string;
}

/** AP-TempPass-Identity; undefined for another MVPD, and for an account without the identifier. */
export type TrialIdentityOf = (tried: Tried) => Promise<string | undefined>;

/** The same value for an account at each of its devices and apps, for as long as settings and identifier stay. */
export const createTrialIdentityOf = ({ accounts, findSubject, promotional }: Deps): TrialIdentityOf => {
  const byMvpd = new Map(promotional.map((tempPass) => [tempPass.mvpd, tempPass]));

  const addressOf = async (account: Account, providers: readonly string[]): Promise<string | undefined> => {
    const identities = await accounts.identitiesOf(account.id);
    for (const provider of providers) {
      const email = identities.find((identity) => identity.provider === provider)?.email;
      const address = email ? normalizeEmail(email) : undefined;
      if (address !== undefined) return address;
    }
    return undefined;
  };

  const subjectOf = ({ family, account }: Tried): Promise<string | undefined> =>
    findSubject(family, account).catch((error: unknown) => {
      if (hasCode(error, 'gateway_subject_unavailable')) return undefined;
      throw error;
    });

  return async (tried) => {
    const tempPass = byMvpd.get(tried.mvpd);
    if (!tempPass) return undefined;
    const { identifier } = tempPass;
    const found =
      identifier.from === 'subject'
        ? await subjectOf(tried)
        : await addressOf(tried.account, identifier.providers);
    return found === undefined ? undefined : tempPassIdentity(found, tempPass);
  };
};
