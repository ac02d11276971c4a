import { createHash, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, createBrowser, type Page } from '@kinpass/simulator/browser';
import { request } from '@kinpass/simulator/client';
import Koa from 'koa';
import { createAuthorizationServer } from '#src/authorization-server/authorization-server';
import type { Deps } from '#src/authorization-server/deps';
import type { AppConfig } from '#src/config/schema';
import { createAccessTokens } from '#src/families/access-tokens';
import { composeBrands } from '#src/gateway/brands';
import { authorizationServerPaths } from '#src/http/paths';
import type { AuthenticationRequest } from '#src/identity/authentication-request';
import { logoutUrl } from '#src/identity/logout-url';
import type { RedirectProvider } from '#src/identity/provider';
import type { Clock } from '#src/lib/clock';
import { type ErrorCode, fail, KinpassError } from '#src/lib/errors';
import { fingerprint, systemIds } from '#src/lib/ids';
import { createLocalSoftState } from '#src/soft-state/local/create';
import type { ArtifactStore } from '#src/stores/expiring-ports';
import { createMemoryStores } from '#src/stores/memory/create';
import type { CallerStore, Stores } from '#src/stores/ports';
import { app, family, signIn } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

/** Where the web app takes over from the browser. */
export const redirectUri = 'http://127.0.0.1:8090/callback';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const defaultApps = [
  app({ id: 'tv', name: 'REF30 for TV' }),
  app({ id: 'web', name: 'REF30 on the web', redirectUris: [redirectUri] }),
  app({ id: 'phone', name: 'REF40 for phones', redirectUris: ['com.example.ref40:/callback'] }),
];

const elsewhere = (): never => {
  throw new Error('codes of REST V2 are tested with the whole gateway');
};

/** No app here speaks plain REST V2. */
const noSecondScreen: Deps['secondScreen'] = {
  links: { fits: () => false },
  findTypedCode: async () => undefined,
  readOpenSession: elsewhere,
  listForCode: elsewhere,
  chooseForCode: elsewhere,
  awaitCodeProfile: elsewhere,
  whyGone: elsewhere,
  appOf: elsewhere,
  authenticateUrl: elsewhere,
};

/** An identity provider as it looks from outside: a site that sends the browser back with whatever is scripted. */
const createScriptedProvider = (id: string, label: string, site: string) => {
  const script = {
    user: 'ana',
    /** What the callback is answered with instead of a code. */
    error: undefined as string | undefined,
    fails: undefined as ErrorCode | undefined,
    beginFails: undefined as ErrorCode | undefined,
    completed: 0,
    /** What each sign-in was asked for. */
    requests: [] as AuthenticationRequest[],
    /** When the viewer entered credentials, in seconds; undefined if the provider does not say. */
    authTime: undefined as number | undefined,
  };
  const provider: RedirectProvider = {
    id,
    label,
    begin: async ({ redirectUri, request = {} }) => {
      script.requests.push(request);
      if (script.beginFails) throw fail(script.beginFails);
      const [state, nonce, codeVerifier] = [systemIds.secret(), systemIds.secret(), systemIds.secret()];
      const url = new URL(`${site}/${id}/authorize`);
      url.search = new URLSearchParams({ state, redirect_uri: redirectUri }).toString();
      return { url, checks: { state, nonce, codeVerifier, begunAt: 0 } };
    },
    complete: async ({ callback, checks }) => {
      script.completed += 1;
      if (script.fails) throw fail(script.fails);
      if (callback.searchParams.get('error')) throw fail('sign_in_refused');
      const subject = callback.searchParams.get('code');
      if (!subject || callback.searchParams.get('state') !== checks.state) throw fail('identity_rejected');
      return {
        provider: id,
        issuer: `${site}/${id}`,
        subject,
        ...(script.authTime !== undefined && { authTime: script.authTime }),
        email: { address: `${subject}@viewers.example`, authority: `${id} verifiedClaim` },
      };
    },
    logoutUrl: async ({ returnTo, state }) => {
      if (script.beginFails) throw fail(script.beginFails);
      return id === 'dtc'
        ? logoutUrl({ endpoint: `${site}/dtc/logout`, clientId: 'kinpass', returnTo, state })
        : undefined;
    },
  };
  return { provider, script };
};

type Scripted = ReturnType<typeof createScriptedProvider>;

const createSite = (scripts: () => Record<string, Scripted>) =>
  createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://site');
    const script = scripts()[url.pathname.split('/')[1] ?? '']?.script;
    const back = new URL(url.searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    if (script?.error) back.searchParams.set('error', script.error);
    else back.searchParams.set('code', script?.user ?? '');
    response.writeHead(302, { location: back.href }).end();
  });

/** A store whose next `count` readers of one model all read before any of them goes on, as on many nodes. */
const createRacingStore = ({ artifacts, callers }: Pick<Stores, 'artifacts' | 'callers'>) => {
  let race: { model: string; missing: number; start: PromiseWithResolvers<void> } | undefined;
  const arrive = async (model: string): Promise<void> => {
    if (race?.model !== model) return;
    race.missing -= 1;
    const { start, missing } = race;
    if (missing === 0) {
      race = undefined;
      start.resolve();
    }
    await start.promise;
  };
  const racing: ArtifactStore = {
    ...artifacts,
    find: async (model, id, now) => {
      const found = await artifacts.find(model, id, now);
      await arrive(model);
      return found;
    },
    findForPage: async (ids, now) => {
      const found = await artifacts.findForPage(ids, now);
      if (ids.interaction !== undefined) await arrive('Interaction');
      return found;
    },
  };
  const racingCallers: Pick<CallerStore, 'byIssue'> = {
    byIssue: async (key, now) => {
      const found = await callers.byIssue(key, now);
      await arrive(key.model);
      return found;
    },
  };
  const raceFor = (model: string, count: number) => {
    race = { model, missing: count, start: Promise.withResolvers() };
  };
  return { racing, racingCallers, raceFor };
};

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

interface Options {
  readonly apps?: readonly AppConfig[];
  readonly clock?: Clock;
  readonly stores?: Stores;
  readonly publicOrigin?: string;
  readonly settings?: Partial<Deps['settings']>;
  /** Whether the settings allow the sign-ins that there are. */
  readonly allowed?: () => boolean;
  /** Whether there is more to do than can be done in time. */
  readonly overloaded?: () => boolean;
  /** Runs before the opening of an instance is recorded. */
  readonly beforeOpening?: () => void;
}

/** The authorization server on a small Koa application, with two scripted identity providers and memory stores. */
export const startStage = async (options: Options = {}) => {
  const manual = createManualClock();
  const clock = options.clock ?? manual;
  const apps = options.apps ?? defaultApps;
  const server = createServer();
  const origin = await listen(server);
  const publicOrigin = options.publicOrigin ?? origin;
  const providers: Record<string, Scripted> = {};
  const siteServer = createSite(() => providers);
  const site = await listen(siteServer);
  providers['dtc'] = createScriptedProvider('dtc', 'Viewers account', site);
  providers['google'] = createScriptedProvider('google', 'Google', site);

  const stores = options.stores ?? createMemoryStores();
  const { racing, racingCallers, raceFor } = createRacingStore(stores);
  const viewers = new Map<string, string | null>();
  const secret = systemIds.secret();
  const seen = {
    opened: [] as Parameters<Deps['openInstance']>[0][],
    ended: [] as string[],
    logged: [] as string[],
    wrongCodes: 0,
  };
  const judgeSignIn: Deps['judgeSignIn'] = async (found) =>
    found && (options.allowed?.() ?? true)
      ? { signIn: found, until: Number.POSITIVE_INFINITY }
      : { lapse: 'ended' };
  const log = (_details: object, message: string) => void seen.logged.push(message);
  const { middleware: authorizationServer } = await createAuthorizationServer({
    paths: authorizationServerPaths,
    publicOrigin,
    settings: {
      deviceCodeLifetime: 600_000,
      pollingInterval: 5_000,
      accessTokenLifetime: 3_600_000,
      refreshTokenLifetime: 86_400_000,
      signInLifetime: 400 * 86_400_000,
      sessionIdleLifetime: 14 * 86_400_000,
      sessionLifetime: 90 * 86_400_000,
      clientTokenLifetime: 3_600_000,
      lostAnswerLifetime: 86_400_000,
      ...options.settings,
    },
    apps,
    brands: await composeBrands({
      families: [family({ id: 'ref' })],
      apps: [...apps],
      identityProviders: [],
    }),
    signingKey: privateKey.export({ format: 'jwk' }),
    cookieKeys: [createSecretKey('a cookie key of the tests', 'utf8')],
    artifacts: racing,
    records: stores.records,
    exchanges: stores.exchanges,
    callers: racingCallers,
    paces: createLocalSoftState().join().paces,
    counters: stores.counters,
    admission: {
      refusal: () => (options.overloaded?.() ? fail('gateway_overloaded', { retryAfter: 1 }) : undefined),
    },
    clock,
    ids: systemIds,
    log: { warn: log, error: log },
    providersOf: () => Object.values(providers).map(({ provider }) => provider),
    findClient: async (id) => {
      const found = apps.find((candidate) => candidate.id === id);
      if (found) return { app: found, secretHash: null };
      return id === 'instance' && apps[0] ? { app: apps[0], secretHash: fingerprint(secret) } : undefined;
    },
    signIn: async ({ identity }) => {
      viewers.set(identity.subject, identity.email?.address ?? '');
      return { id: identity.subject };
    },
    findViewer: async ({ id }) => (viewers.has(id) ? { id } : undefined),
    emailOf: async (id) => viewers.get(id) ?? null,
    readDevice: () => ({ address: '203.0.113.10', headers: {} }),
    logInForDevice: { next: async () => ({ kind: 'profile' }), begin: async () => ({ kind: 'profile' }) },
    wrongUserCode: () => void seen.wrongCodes++,
    wrongSessionCode: () => void seen.wrongCodes++,
    secondScreen: noSecondScreen,
    openInstance: async (input) => {
      options.beforeOpening?.();
      const { grant, viewer, app, changes } = input;
      const opening = { signIn: signIn({ grant, viewer, app: app.id }), adopts: false, changes };
      const opened = (await stores.signIns.open(opening, clock.now())) === 'opened';
      if (opened) seen.opened.push(input);
      return opened;
    },
    endSignIn: async (grant) => {
      seen.ended.push(grant);
      await stores.signIns.end(grant, clock.now());
    },
    findSessionViewer: async (_app, id, { provenAt }) => {
      const lifetime = options.settings?.sessionLifetime ?? Number.POSITIVE_INFINITY;
      return clock.now() - provenAt < lifetime && viewers.has(id) ? { id } : undefined;
    },
    checkSignIn: async (grant) => judgeSignIn(await stores.signIns.find(grant)),
    judgeSignIn,
  });
  const accessTokens = createAccessTokens({ callers: stores.callers, exchanges: stores.exchanges, clock });
  const application = new Koa();
  application.use(async (ctx, next) => {
    // As the listener does: what clients claim about the request's outside is gone.
    ctx.req.headers['x-forwarded-for'] = ctx.get('x-test-address') || '127.0.0.1';
    try {
      await next();
    } catch (error) {
      if (!(error instanceof KinpassError)) throw error;
      ctx.status = error.status;
    }
  });
  application.use(authorizationServer);
  application.use((ctx) => {
    ctx.status = 404;
    ctx.body = 'somebody else';
  });
  application.silent = true;
  server.on('request', application.callback());

  const post = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
    const answer = await request({ method: 'POST', url: `${origin}${path}`, form, headers });
    return { ...answer, body: answer.body as Record<string, string> };
  };

  return {
    origin,
    site,
    clock: manual,
    stores,
    seen,
    viewers,
    secret,
    raceFor,
    dtc: providers['dtc'].script,
    google: providers['google'].script,
    authenticate: (token = '') => accessTokens.find(token),
    post,
    token: (form: Record<string, string>) => post('/token', form),
    startDevice: async (client = 'tv') =>
      (await post('/device/auth', { client_id: client, scope: 'openid' })).body,
    redeem: (deviceCode: string | undefined, client = 'tv') =>
      post('/token', { grant_type: deviceGrant, device_code: deviceCode ?? '', client_id: client }),
    refresh: (refreshToken = '', client = 'tv') =>
      post('/token', { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: client }),
    async [Symbol.asyncDispose]() {
      for (const each of [server, siteServer]) {
        each.closeAllConnections();
        each.close();
        await once(each, 'close');
      }
    },
  };
};

export type Stage = Awaited<ReturnType<typeof startStage>>;

/** The request by which the web app sends its viewer's browser. */
export const authorizeUrl = (stage: Stage, more: Record<string, string> = {}): string =>
  `${stage.origin}/auth?${new URLSearchParams({
    client_id: 'web',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  })}`;

/** What a browser would send with a request of its own. */
export const cookieHeader = (browser: Browser, url: string): string =>
  browser
    .cookies(url)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');

/** A viewer's browser, up to where the web app takes over. */
export const newBrowser = (): Browser => createBrowser({ stopsAt: [redirectUri] });

/** A viewer scans the QR code and signs in; returns the page that asks whether to approve. */
export const scan = async (device: Record<string, string>, browser = newBrowser()): Promise<Page> => {
  await browser.open(device['verification_uri_complete'] ?? '');
  const entered = await browser.submit({ button: 'Continue' });
  return /Approve/.test(entered.text) ? entered : browser.submit({ button: 'Viewers account' });
};

/** A device sign-in up to where the device may redeem its code. */
export const approveDevice = async (stage: Stage, browser = newBrowser(), client = 'tv') => {
  const device = await stage.startDevice(client);
  await scan(device, browser);
  await browser.submit({ button: 'Approve' });
  return device;
};

/** A whole device sign-in; returns its tokens. */
export const signInDevice = async (stage: Stage, browser = newBrowser(), client = 'tv') => {
  const device = await approveDevice(stage, browser, client);
  return (await stage.redeem(device['device_code'], client)).body;
};
