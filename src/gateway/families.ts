import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Config } from '#src/config/schema';
import { createAccessTokens } from '#src/families/access-tokens';
import { createAccounts } from '#src/families/accounts';
import { createClientTokens } from '#src/families/client-tokens';
import { createCodes } from '#src/families/codes';
import { createCredentials } from '#src/families/credentials';
import { createFoundProfiles } from '#src/families/found-profiles';
import { createInstances } from '#src/families/instances';
import { createMvpdLogins } from '#src/families/mvpd-logins';
import { createRevocations } from '#src/families/revocations';
import { openSubjects } from '#src/families/subjects';
import type { Runtime } from './runtime.ts';

interface Deps {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly adobe: AdobePass;
}

/** Accounts, instances and what belongs to them. Errors: keys_invalid, subjects_changed. */
export const openFamilies = async ({ config, runtime, adobe }: Deps) => {
  const { secrets, stores, lock, clock, ids } = runtime;
  const subjects = await openSubjects({
    families: config.families,
    storage: runtime.keyStorage,
    stores,
    clock,
    ids,
    by: runtime.self.actor,
  });
  return {
    accounts: createAccounts({
      store: stores.accounts,
      identityProviders: config.identityProviders,
      linkSecret: secrets.link,
      subjectVersion: subjects.newest,
      clock,
      ids,
    }),
    instances: createInstances({
      store: stores.instances,
      signIns: stores.signIns,
      clock,
      ids,
    }),
    credentials: createCredentials({ store: stores.credentials, lock, adobe, clock }),
    accessTokens: createAccessTokens({
      callers: stores.callers,
      exchanges: stores.exchanges,
      clock,
    }),
    clientTokens: createClientTokens({
      records: stores.records,
      callers: stores.callers,
      lifetime: config.signIn.clientTokenLifetime,
      clock,
      ids,
    }),
    foundProfiles: createFoundProfiles({ records: stores.records, lock, clock }),
    codes: createCodes({ records: stores.records, clock }),
    mvpdLogins: createMvpdLogins({ records: stores.records, clock }),
    revocations: createRevocations({ store: stores.revocations }),
    findSubject: subjects.find,
  };
};

export type Families = Awaited<ReturnType<typeof openFamilies>>;
