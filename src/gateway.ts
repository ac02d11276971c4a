/**
 * The composition root: everything is built here, once, and handed what it needs. It owns the wiring. It refuses to
 * listen, to read the environment and to decide.
 */
import { createPrivateKey } from 'node:crypto';
import type Koa from 'koa';
import { type AdobePass, createAdobePass } from '#src/adobe-pass/adobe-pass';
import { createAuthorizationServer } from '#src/authorization-server/authorization-server';
import type { AppConfig, Config, FamilyConfig } from '#src/config/schema';
import { loadSecrets, type Secrets } from '#src/config/secrets';
import { createAccounts } from '#src/families/accounts';
import { createClientTokens } from '#src/families/client-tokens';
import { createCodes } from '#src/families/codes';
import { createCredentials } from '#src/families/credentials';
import { createInstances } from '#src/families/instances';
import { claimsToPassOn } from '#src/families/kept-claims';
import { openSubjects, type Subjects } from '#src/families/subjects';
import { createAuthorize } from '#src/flows/authorize';
import { createCodeCall } from '#src/flows/code-call';
import { createCreateSession } from '#src/flows/create-session';
import { createFindClient } from '#src/flows/find-client';
import { createGetConfiguration } from '#src/flows/get-configuration';
import { createGetProfile } from '#src/flows/get-profile';
import { createGetProfileByCode } from '#src/flows/get-profile-by-code';
import { createGetProfiles } from '#src/flows/get-profiles';
import { createGetSession } from '#src/flows/get-session';
import { createIdentifyCaller } from '#src/flows/identify-caller';
import { createIssueClientToken } from '#src/flows/issue-client-token';
import { createLocateAuthentication } from '#src/flows/locate-authentication';
import { createLogOut } from '#src/flows/log-out';
import { createOpenInstance } from '#src/flows/open-instance';
import { createPreauthorize } from '#src/flows/preauthorize';
import { createRegisterInstance } from '#src/flows/register-instance';
import { createResumeSession } from '#src/flows/resume-session';
import { createSignIn } from '#src/flows/sign-in';
import { createInstanceCall, createViewerCall } from '#src/flows/viewer-call';
import { createWatchCode } from '#src/flows/watch-code';
import { createAdmin } from '#src/http/admin';
import { createApp } from '#src/http/app';
import { createReadRestRequest } from '#src/http/rest-request';
import { clientRegistrationRoutes } from '#src/http/routes/client-registration';
import { configurationRoutes } from '#src/http/routes/configuration';
import { decisionRoutes } from '#src/http/routes/decisions';
import { logoutRoutes } from '#src/http/routes/logout';
import { profileRoutes } from '#src/http/routes/profiles';
import { sessionRoutes } from '#src/http/routes/sessions';
import { wellKnownRoutes } from '#src/http/routes/well-known';
import { createProviders } from '#src/identity/providers';
import { type Clock, systemClock } from '#src/lib/clock';
import { type Ids, systemIds } from '#src/lib/ids';
import { createLog, type Log } from '#src/observability/logger';
import { createMetrics } from '#src/observability/metrics';
import { createIssueServiceToken } from '#src/service-token/issue';
import { type KeySet, loadKeySet } from '#src/service-token/key-set';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';

export interface Gateway {
  /** The public listener's application. */
  readonly app: Koa;
  /** The operators' application. */
  readonly admin: Koa;
  /** What Adobe is handed. */
  readonly serviceTokenJwks: ReturnType<KeySet['publicJwks']>;
  close(): Promise<void>;
}

/** What a test or an embedding program may bring along. */
export interface Overrides {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly stores?: Stores;
  readonly log?: Log;
}

/** Errors: keys_invalid, store_invalid, subjects_changed. */
export const createGateway = async (config: Config, overrides: Overrides = {}): Promise<Gateway> => {
  const { clock = systemClock, ids = systemIds, log = createLog(config.log.level) } = overrides;
  const metrics = createMetrics();
  const secrets = await loadSecrets(config.keys.directory, ids);
  const keySet = await loadKeySet(config.keys.directory);
  const stores = overrides.stores ?? (await openStores(config, secrets, clock));
  const subjects = await openSubjects({
    families: config.families,
    directory: config.keys.directory,
    stores,
    clock,
    ids,
  }).catch(async (error: unknown) => {
    if (!overrides.stores) await stores.close();
    throw error;
  });
  const directory = createDirectory(config);
  if (config.insecureHttp)
    log.warn({ setting: 'insecureHttp' }, 'plain http is allowed: for development only');

  const adobe = createAdobePass({
    settings: config.adobe,
    records: stores.records,
    clock,
    ids,
    observe: ({ operation, status, ms }) => metrics.adobeCalled({ operation, status, seconds: ms / 1000 }),
  });
  const families = createFamilies({ config, secrets, stores, subjects, adobe, clock, ids });
  const authorizationServer = await createAuthorizationServer({
    publicOrigin: config.publicOrigin,
    settings: config.signIn,
    apps: config.apps,
    signingKey: createPrivateKey(secrets.idTokenPem).export({ format: 'jwk' }),
    cookieKeys: [secrets.cookie],
    artifacts: stores.artifacts,
    records: stores.records,
    clock,
    ids,
    log,
    providersOf: directory.providersOf(
      createProviders(config.identityProviders, {
        clock,
        ids,
        insecureHttp: config.insecureHttp,
        claimsOf: (provider) => claimsToPassOn(config.families, provider),
      }),
    ),
    findClient: createFindClient({ findApp: directory.findApp, instances: families.instances }),
    signIn: createSignIn({ ...families, familyOf: directory.familyOf, signedIn: metrics.signedIn }),
    findViewer: families.accounts.find,
    openInstance: createOpenInstance({ ...families, familyOf: directory.familyOf }),
    endSignIn: families.instances.endSignIn,
  });

  const app = createApp({
    config,
    clock,
    ids,
    log,
    metrics,
    authorizationServer: authorizationServer.middleware,
    routes: (router) => {
      const flows = createFlows({ config, adobe, families, keySet, clock, ids });
      const readRequest = createReadRestRequest({
        identifyCaller: createIdentifyCaller({
          ...families,
          ...directory,
          grantOf: async (bearer) => (await authorizationServer.authenticate(bearer))?.grant,
        }),
      });
      configurationRoutes(router, { readRequest, ...flows });
      sessionRoutes(router, { readRequest, ...flows });
      profileRoutes(router, { readRequest, clock, ...flows });
      decisionRoutes(router, { readRequest, ...flows });
      logoutRoutes(router, { readRequest, ...flows });
      clientRegistrationRoutes(router, flows);
      wellKnownRoutes(router, { serviceTokenJwks: keySet.publicJwks() });
    },
  });

  return {
    app,
    admin: createAdmin({ metrics, log, checks: { store: () => stores.ping() } }),
    serviceTokenJwks: keySet.publicJwks(),
    close: async () => {
      adobe.close();
      await stores.close();
    },
  };
};

const openStores = async (config: Config, secrets: Secrets, clock: Clock): Promise<Stores> =>
  config.store.kind === 'memory'
    ? createMemoryStores({ clock })
    : openSqliteStores({ file: config.store.file, sealingKey: secrets.sealing, clock });

/** The configuration by name. Its references were checked when it was loaded. */
const createDirectory = (config: Config) => {
  const apps = new Map(config.apps.map((app) => [app.id, app]));
  const families = new Map(config.families.map((family) => [family.id, family]));
  const familyOf = (app: AppConfig): FamilyConfig => {
    const family = families.get(app.family);
    if (!family) throw new Error(`app ${app.id} has no family`);
    return family;
  };
  return {
    familyOf,
    findApp: (id: string): AppConfig | undefined => apps.get(id),
    providersOf: (providers: ReturnType<typeof createProviders>) => (id: string) => {
      const app = apps.get(id);
      return app ? familyOf(app).identityProviders.flatMap((name) => providers.get(name) ?? []) : [];
    },
  };
};

interface Foundations {
  readonly config: Config;
  readonly adobe: AdobePass;
  readonly clock: Clock;
  readonly ids: Ids;
}

const createFamilies = ({
  config,
  secrets,
  stores,
  subjects,
  adobe,
  clock,
  ids,
}: Foundations & { secrets: Secrets; stores: Stores; subjects: Subjects }) => ({
  accounts: createAccounts({
    store: stores.accounts,
    linkSecret: secrets.link,
    subjectVersion: subjects.newest,
    clock,
    ids,
  }),
  instances: createInstances({
    store: stores.instances,
    signIns: stores.signIns,
    credentials: stores.credentials,
    clock,
    ids,
  }),
  credentials: createCredentials({ store: stores.credentials, records: stores.records, adobe, clock, ids }),
  clientTokens: createClientTokens({
    records: stores.records,
    lifetime: config.signIn.clientTokenLifetime,
    clock,
    ids,
  }),
  codes: createCodes({ records: stores.records, clock }),
  findSubject: subjects.find,
});

type Families = ReturnType<typeof createFamilies>;

const createFlows = ({
  config,
  adobe,
  families,
  keySet,
  clock,
  ids,
}: Foundations & { families: Families; keySet: KeySet }) => {
  const issueServiceToken = createIssueServiceToken({ keySet, clock, ids });
  const instanceCall = createInstanceCall(families);
  const viewerCall = createViewerCall({ instanceCall, findSubject: families.findSubject, issueServiceToken });
  const codeCall = createCodeCall(families);
  const { codes } = families;
  const getProfileByCode = createGetProfileByCode({ codeCall, adobe });
  return {
    getConfiguration: createGetConfiguration({ instanceCall, adobe }),
    createSession: createCreateSession({ viewerCall, adobe, codes }),
    resumeSession: createResumeSession({ codeCall, adobe, codes }),
    getSession: createGetSession({ codeCall, adobe }),
    locateAuthentication: createLocateAuthentication({ adobe }),
    getProfiles: createGetProfiles({ viewerCall, adobe }),
    getProfile: createGetProfile({ viewerCall, adobe }),
    getProfileByCode,
    watchCode: createWatchCode({ codes, getProfileByCode, clock }),
    preauthorize: createPreauthorize({ viewerCall, adobe }),
    authorize: createAuthorize({ viewerCall, adobe }),
    logOut: createLogOut({ viewerCall, adobe }),
    registerInstance: createRegisterInstance({ apps: config.apps, instances: families.instances }),
    issueClientToken: createIssueClientToken(families),
  };
};
