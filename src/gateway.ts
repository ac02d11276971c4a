/**
 * The composition root: everything is built here, once, and handed what it needs. It owns the wiring. It refuses to
 * listen, to read the environment and to decide.
 */
import { createPrivateKey } from 'node:crypto';
import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { JWTVerifyGetKey } from 'jose';
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
import { createRevocations } from '#src/families/revocations';
import { openSubjects, type Subjects } from '#src/families/subjects';
import { createAuthorize } from '#src/flows/authorize';
import { createCodeCall } from '#src/flows/code-call';
import { createCreateSession } from '#src/flows/create-session';
import { createEndSignIn } from '#src/flows/end-sign-in';
import { createFindClient } from '#src/flows/find-client';
import { createFindExternalViewer } from '#src/flows/find-external-viewer';
import { createFindViewer } from '#src/flows/find-viewer';
import { createForgetServiceTokens, type ForgetServiceTokens } from '#src/flows/forget-service-tokens';
import { createGetConfiguration } from '#src/flows/get-configuration';
import { createGetProfile } from '#src/flows/get-profile';
import { createGetProfileByCode } from '#src/flows/get-profile-by-code';
import { createGetProfiles } from '#src/flows/get-profiles';
import { createGetSession } from '#src/flows/get-session';
import { createIdentifyCaller } from '#src/flows/identify-caller';
import { createIntrospectServiceToken } from '#src/flows/introspect-service-token';
import { createIssueClientToken } from '#src/flows/issue-client-token';
import { createLocateAuthentication } from '#src/flows/locate-authentication';
import { createLogOut } from '#src/flows/log-out';
import { createMintServiceToken } from '#src/flows/mint-service-token';
import { createOpenInstance } from '#src/flows/open-instance';
import { createPreauthorize } from '#src/flows/preauthorize';
import { createRegisterInstance } from '#src/flows/register-instance';
import { createResumeSession } from '#src/flows/resume-session';
import { createLiftRevocation, createRevoke } from '#src/flows/revoke';
import { createSignIn } from '#src/flows/sign-in';
import { createInstanceCall, createViewerCall } from '#src/flows/viewer-call';
import { createWatchCode } from '#src/flows/watch-code';
import { createAdmin } from '#src/http/admin';
import { createApp } from '#src/http/app';
import { createReadRestRequest } from '#src/http/rest-request';
import { clientRegistrationRoutes } from '#src/http/routes/client-registration';
import { configurationRoutes } from '#src/http/routes/configuration';
import { decisionRoutes } from '#src/http/routes/decisions';
import { introspectionRoutes } from '#src/http/routes/introspection';
import { logoutRoutes } from '#src/http/routes/logout';
import { profileRoutes } from '#src/http/routes/profiles';
import { revocationRoutes } from '#src/http/routes/revocations';
import { sessionRoutes } from '#src/http/routes/sessions';
import { wellKnownRoutes } from '#src/http/routes/well-known';
import { createProviderFetch } from '#src/identity/http';
import { createProviderKeys } from '#src/identity/provider-keys';
import { createProviders } from '#src/identity/providers';
import { type Clock, systemClock } from '#src/lib/clock';
import { type Ids, systemIds } from '#src/lib/ids';
import { createLog, type Log } from '#src/observability/logger';
import { createMetrics } from '#src/observability/metrics';
import { createVerifyExternalToken, type VerifyExternalToken } from '#src/service-token/external';
import { fitExternalKeys, readExternalKeys } from '#src/service-token/external-keys';
import { createIssueServiceToken } from '#src/service-token/issue';
import { createKeyRing } from '#src/service-token/key-ring';
import type { KeyRing } from '#src/service-token/ports';
import { createVerifyServiceToken } from '#src/service-token/verify';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';

export interface Gateway {
  /** The public listener's application. */
  readonly app: Koa;
  /** The operators' application. */
  readonly admin: Koa;
  /** What readiness tells operators beside its checks, by name; settings that could not be taken over, for one. */
  readonly notices: Map<string, object>;
  /** The keys of service tokens: what signs, and what Adobe is handed. */
  readonly keyRing: KeyRing;
  /**
   * The gateway with other settings, on the same stores, keys, log and metrics; this one serves on until it is retired.
   * Listeners, store, keys directory and log stay as they were opened. Errors: as `createGateway`.
   */
  recompose(config: Config): Promise<Gateway>;
  /** Lets go of what its successor does not use. Call it when nothing runs here any more. */
  retire(): void;
  /** Ends the gateway and what it shares with its predecessors. */
  close(): Promise<void>;
}

/** What a test or an embedding program may bring along. */
export interface Overrides {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly stores?: Stores;
  readonly log?: Log;
}

/** Errors: config_invalid, keys_invalid, store_invalid, subjects_changed. */
export const createGateway = async (config: Config, overrides: Overrides = {}): Promise<Gateway> => {
  const foundations = await openFoundations(config, overrides);
  return compose(config, foundations).catch(async (error: unknown) => {
    foundations.keyRing.close();
    if (!overrides.stores) await foundations.stores.close();
    throw error;
  });
};

/** What one process has one of, whatever its settings become. */
const openFoundations = async (config: Config, overrides: Overrides) => {
  const { clock = systemClock, ids = systemIds, log = createLog(config.log.level) } = overrides;
  const { directory } = config.keys;
  const secrets = await loadSecrets(directory, ids);
  const keyRing = await createKeyRing({
    settings: config.keys,
    production: config.production,
    longestLife: Math.max(...config.families.map(({ serviceToken }) => serviceToken.lifetime)),
    clock,
    log,
    by: `gateway@${hostname()}`,
  });
  const stores = overrides.stores ?? (await openStores(config, secrets, clock));
  return {
    clock,
    ids,
    log,
    metrics: createMetrics(),
    directory,
    secrets,
    keyRing,
    stores,
    issueServiceToken: createIssueServiceToken({ keyRing, clock, ids }),
    notices: new Map<string, object>(),
    /** By address: what was read last serves on while an identity service is away, through changes of settings too. */
    publishedKeys: new Map<string, JWTVerifyGetKey>(),
  };
};

type Foundations = Awaited<ReturnType<typeof openFoundations>>;

const compose = async (config: Config, on: Foundations, predecessor?: Predecessor): Promise<Gateway> => {
  const { clock, ids, log, metrics, secrets, keyRing, stores } = on;
  const subjects = await openSubjects({
    families: config.families,
    directory: on.directory,
    stores,
    clock,
    ids,
    by: `gateway@${hostname()}`,
  });
  const externalTokens = await createExternalTokens(config, on);
  const directory = createDirectory(config);
  if (config.insecureHttp)
    log.warn({ setting: 'insecureHttp' }, 'plain http is allowed: for development only');

  const adobe = adobeOf(config, on, predecessor);
  const families = createFamilies({ config, on, subjects, adobe });
  const forgetServiceTokens = createForgetServiceTokens({ ...families, ...directory, ...on });
  let adobeServesOn = false;
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
    findClient: createFindClient({ ...families, findApp: directory.findApp }),
    signIn: createSignIn({ ...families, familyOf: directory.familyOf, signedIn: metrics.signedIn }),
    findViewer: createFindViewer(families),
    openInstance: createOpenInstance({ ...families, familyOf: directory.familyOf }),
    signInStands: async (grant) => (await families.instances.findSignIn(grant)) !== undefined,
    endSignIn: createEndSignIn({ ...families, forgetServiceTokens }),
  });

  const app = createApp({
    config,
    clock,
    ids,
    log,
    metrics,
    authorizationServer: authorizationServer.middleware,
    routes: (router) => {
      const flows = createFlows({ config, on, adobe, families, externalTokens, forgetServiceTokens });
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
      wellKnownRoutes(router, { serviceTokenJwks: keyRing.publicJwks });
    },
  });

  return {
    app,
    admin: createAdmin({
      ...on,
      publicOrigin: config.publicOrigin,
      checks: { store: () => stores.ping() },
      routes: (router) => {
        const { revocations } = families;
        revocationRoutes(router, {
          revoke: createRevoke({ ...families, forgetServiceTokens, log }),
          liftRevocation: createLiftRevocation({ revocations, log }),
          listRevocations: revocations.list,
        });
        introspectionRoutes(router, {
          introspectServiceToken: createIntrospectServiceToken({
            ...on,
            revocations,
            families: config.families,
            verifyServiceToken: createVerifyServiceToken(on),
            keyState: (kid) => keyRing.status().keys.find((key) => key.kid === kid)?.state,
          }),
        });
      },
    }),
    notices: on.notices,
    keyRing,
    recompose: async (next) => {
      const successor = await compose(next, on, { settings: config.adobe, adobe });
      adobeServesOn = isSame(next.adobe, config.adobe);
      return successor;
    },
    retire: () => {
      if (!adobeServesOn) adobe.close();
    },
    close: async () => {
      keyRing.close();
      adobe.close();
      await stores.close();
    },
  };
};

interface Predecessor {
  readonly settings: Config['adobe'];
  readonly adobe: AdobePass;
}

/** The conversation with Adobe outlives a change of other settings: its connections, and above all its throttle. */
const adobeOf = (
  config: Config,
  { stores, clock, ids, metrics }: Foundations,
  before?: Predecessor,
): AdobePass =>
  before && isSame(before.settings, config.adobe)
    ? before.adobe
    : createAdobePass({
        settings: config.adobe,
        records: stores.records,
        clock,
        ids,
        observe: ({ operation, status, ms }) =>
          metrics.adobeCalled({ operation, status, seconds: ms / 1000 }),
      });

/** By app id: how the service tokens are checked that it may bring. Errors: keys_invalid. */
const createExternalTokens = async (
  { apps, insecureHttp }: Config,
  { keyRing, publishedKeys, clock }: Foundations,
): Promise<ReadonlyMap<string, VerifyExternalToken>> => {
  const isOurs = (modulus: string) => keyRing.publicJwks().keys.some(({ n }) => n === modulus);
  const keysAt = (url: string): JWTVerifyGetKey => {
    const known = publishedKeys.get(url);
    if (known) return known;
    const { find } = createProviderKeys(url, { fetch: createProviderFetch({ insecureHttp }), clock });
    const made = fitExternalKeys(find, isOurs);
    publishedKeys.set(url, made);
    return made;
  };
  const tokens = new Map<string, VerifyExternalToken>();
  for (const { id, externalServiceToken: rules } of apps) {
    if (!rules) continue;
    const findKey =
      'jwks' in rules.keys ? keysAt(rules.keys.jwks) : await readExternalKeys(rules.keys.pem, isOurs);
    tokens.set(id, createVerifyExternalToken({ rules, findKey, clock }));
  }
  return tokens;
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
    findFamily: (id: string): FamilyConfig | undefined => families.get(id),
    providersOf: (providers: ReturnType<typeof createProviders>) => (id: string) => {
      const app = apps.get(id);
      return app ? familyOf(app).identityProviders.flatMap((name) => providers.get(name) ?? []) : [];
    },
  };
};

interface Ground {
  readonly config: Config;
  readonly on: Foundations;
  readonly adobe: AdobePass;
}

const createFamilies = ({
  config,
  on: { secrets, stores, clock, ids },
  subjects,
  adobe,
}: Ground & { subjects: Subjects }) => ({
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
  revocations: createRevocations({ store: stores.revocations, signIns: stores.signIns, clock }),
  findSubject: subjects.find,
});

const isSame = (a: Config['adobe'], b: Config['adobe']): boolean => isDeepStrictEqual(a, b);

type Families = ReturnType<typeof createFamilies>;

interface FlowGround extends Ground {
  readonly families: Families;
  readonly externalTokens: ReadonlyMap<string, VerifyExternalToken>;
  readonly forgetServiceTokens: ForgetServiceTokens;
}

const createFlows = ({ config, on, adobe, families, externalTokens, forgetServiceTokens }: FlowGround) => {
  const instanceCall = createInstanceCall(families);
  const viewerCall = createViewerCall({
    instanceCall,
    findExternalViewer: createFindExternalViewer({
      ...families,
      externalTokens,
      adopt: on.stores.credentials.adopt,
      identityProviders: config.identityProviders,
    }),
    mintServiceToken: createMintServiceToken({ ...families, ...on }),
  });
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
    watchCode: createWatchCode({ codes, getProfileByCode, clock: on.clock }),
    preauthorize: createPreauthorize({ viewerCall, adobe }),
    authorize: createAuthorize({ viewerCall, adobe }),
    logOut: createLogOut({ viewerCall, forgetServiceTokens, adobe }),
    registerInstance: createRegisterInstance({ apps: config.apps, instances: families.instances }),
    issueClientToken: createIssueClientToken(families),
  };
};
