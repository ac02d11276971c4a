/** The flows of one gateway with some settings, on given stores, as `gateway.ts` composes them. */
import { createAccessTokens } from '#src/families/access-tokens';
import { createAccounts } from '#src/families/accounts';
import { createInstances } from '#src/families/instances';
import { createRevocations } from '#src/families/revocations';
import { createCheckSignIn, createJudgeSignIn } from '#src/flows/check-sign-in';
import { createFindSessionViewer } from '#src/flows/find-session-viewer';
import { createFindViewer } from '#src/flows/find-viewer';
import { createIdentifyCaller } from '#src/flows/identify-caller';
import { createKnownCallers } from '#src/flows/known-callers';
import { createOpenInstance } from '#src/flows/open-instance';
import { createSignIn } from '#src/flows/sign-in';
import { authorityOf } from '#src/identity/authority';
import { profileOf } from '#src/identity/claims';
import type { Clock } from '#src/lib/clock';
import { KinpassError } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import type { ChangeKey } from '#src/stores/change-feed';
import type { Stores } from '#src/stores/ports';
import { app, auditRecord, family, provider } from '../../support/builders.ts';
import { type AppId, appIds, familyIds, lifetimes, type Settings } from './settings.ts';
import { type ProviderId, providerIds, type Registration } from './world.ts';

interface Deps {
  readonly stores: Stores;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Calls back with whatever changes in the stores. */
  hear(changed: (key: ChangeKey) => void): void;
}

/** What a sign-in or browser session rests on. */
export interface Basis {
  readonly account: string;
  readonly provider: ProviderId;
  readonly at: number;
}

export interface Opened {
  readonly grant: string;
  readonly bearer: string;
  readonly instance: string;
}

const linkSecret = Buffer.alloc(32, 7);
const plainApps = appIds.map((id) => app({ id }));
const plainProviders = providerIds.map((id) => provider(id));

/** The answer; undefined where the gateway refuses. Any other failure is one. */
const unlessRefused = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KinpassError && error.code !== 'gateway_internal') return undefined;
    throw error;
  }
};

const configOf = ({ familyOf, providersOf, linking, trusted }: Settings) => {
  const families = familyIds.map((id) =>
    family({
      id,
      identityProviders: [...providersOf[id]],
      linking,
      profilesPer: id === 'tv' ? 'device' : 'viewer',
    }),
  );
  const apps = plainApps.map((one) => ({ ...one, family: familyOf[one.id as AppId] }));
  const identityProviders = plainProviders.map((one) => ({
    ...one,
    emailTrust: trusted.includes(one.id as ProviderId) ? ('verifiedClaim' as const) : ('never' as const),
  }));
  const find = <T extends { readonly id: string }>(all: readonly T[], id: string): T => {
    const found = all.find((one) => one.id === id);
    if (!found) throw new Error(`there is no ${id}`);
    return found;
  };
  return {
    identityProviders,
    appOf: (id: string) => find(apps, id),
    familyOf: (one: { readonly family: string }) => find(families, one.family),
    providerOf: (id: string) => find(identityProviders, id),
  };
};

export const createWallsGateway = ({ stores, settings, clock, ids, hear }: Deps) => {
  const { identityProviders, appOf, familyOf, providerOf } = configOf(settings);
  const accounts = createAccounts({
    store: stores.accounts,
    identityProviders,
    linkSecret,
    subjectVersion: 1,
    clock,
    ids,
  });
  const revocations = createRevocations({ store: stores.revocations });
  const instances = createInstances({
    store: stores.instances,
    signIns: stores.signIns,
    clock,
    ids,
  });
  const findViewer = createFindViewer({ accounts });
  const judgeSignIn = createJudgeSignIn({
    clock,
    lifetime: lifetimes.signIn,
    findApp: appOf,
    familyOf,
    endSignIn: instances.endSignIn,
  });
  const checkSignIn = createCheckSignIn({ instances, judge: judgeSignIn });
  const knownCallers = createKnownCallers({
    max: 100,
    clock,
    isUpToDate: () => true,
    lookedUp: () => undefined,
  });
  hear(knownCallers.changed);
  const identifyCaller = createIdentifyCaller({
    accessTokens: createAccessTokens({ callers: stores.callers, exchanges: stores.exchanges, clock }),
    clientTokens: { isOne: () => false, find: async () => undefined },
    instances,
    judgeSignIn,
    knownCallers,
    signedIn: new Map(),
    findApp: appOf,
    familyOf,
  });
  const findSessionViewer = createFindSessionViewer({
    findViewer,
    clock,
    lifetime: lifetimes.session,
    familyOf,
  });
  const openInstance = createOpenInstance({ instances, findViewer, familyOf });
  const signIn = createSignIn({ accounts, familyOf });

  return {
    /** From the provider's claims to the account. */
    signIn: (id: AppId, { provider: from, subject, address, verified }: Registration) => {
      const config = providerOf(from);
      const claims = { email: address, email_verified: verified };
      const profile = profileOf(claims, authorityOf(config));
      const identity = { provider: from, issuer: config.issuer, subject, ...profile };
      return unlessRefused(signIn({ app: appOf(id), identity }));
    },

    /** The account as which a browser's session may go on to an app. */
    findSessionViewer: (id: AppId, { account, provider: from, at }: Basis) =>
      findSessionViewer(appOf(id), account, { provider: from, provenAt: at }),

    /** A grant with an access token. */
    open: async (id: AppId, { account, provider: from, at }: Basis): Promise<Opened | undefined> => {
      const [grant, bearer, now] = [ids.uuid(), ids.secret(), clock.now()];
      const proven = { viewer: account, grant, provider: from, provenAt: at };
      const opening = { app: appOf(id), clientId: id, ...proven, changes: [] };
      const done = await unlessRefused(openInstance(opening));
      if (!done) return undefined;
      await stores.artifacts.upsert({ model: 'Grant', id: grant, payload: {}, grantId: grant }, now);
      const exp = now / 1000 + 10 ** 9;
      const payload = { kind: 'AccessToken', grantId: grant, accountId: account, clientId: id, exp };
      await stores.artifacts.upsert({ model: 'AccessToken', id: bearer, payload, grantId: grant }, now);
      const instance = (await stores.signIns.find(grant))?.instance ?? '';
      return { grant, bearer, instance };
    },

    /** Whether the token endpoint would refresh. */
    refresh: async (grant: string): Promise<boolean> => 'signIn' in (await checkSignIn(grant)),

    call: (bearer: string, identifier: string) => unlessRefused(identifyCaller({ bearer, identifier })),

    revoke: (account: string) =>
      revocations.revoke({ kind: 'account', id: account }, auditRecord({ at: clock.now() })),
    lift: (account: string) => revocations.lift({ kind: 'account', id: account }, auditRecord()),
  };
};

export type WallsGateway = ReturnType<typeof createWallsGateway>;
