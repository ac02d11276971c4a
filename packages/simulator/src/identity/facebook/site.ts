import type { Context } from 'koa';
import type { Ids } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import { createSite, type Route, type Site } from '#src/site';
import { type Fields, formOf, queryOf } from '../form.ts';
import { GraphError } from './model.ts';

type Page = (ctx: Context) => void | Promise<void>;
type Graph = (fields: Fields) => JsonObject | Promise<JsonObject>;

interface Handlers {
  readonly discovery: () => JsonObject;
  readonly jwks: () => JsonObject;
  readonly limitedDiscovery: () => JsonObject;
  readonly limitedJwks: () => JsonObject;
  readonly authorize: Page;
  readonly login: Page;
  readonly token: Graph;
  readonly debugToken: Graph;
  readonly me: Graph;
  readonly tokenInfo: Graph;
  readonly deviceLogin: Graph;
  readonly deviceStatus: Graph;
  readonly devicePage: Page;
  readonly deviceAnswer: Page;
}

/** Stand-ins for the hosts `limited.facebook.com` and `facebook.com`: the simulated Facebook has one origin. */
export const limitedPath = '/limited';
export const barePath = '/bare';

const wellKnown = { discovery: '/.well-known/openid-configuration', jwks: '/.well-known/oauth/openid/jwks' };

/** The Graph API version in the path is optional. */
const versioned = (path: string): string => `{/v:major.:minor}${path}{/}`;

/** Fields from query and form; a bearer header counts as `access_token`. */
const fieldsOf = async (ctx: Context): Promise<Fields> => {
  const [, bearer] = /^(?:Bearer|OAuth) (\S+)$/i.exec(ctx.get('authorization')) ?? [];
  return { ...(bearer && { access_token: bearer }), ...queryOf(ctx), ...(await formOf(ctx)) };
};

/** What an unversioned call is served as. */
const defaultVersion = 'v23.0';

/** Every answer of Graph names the version that served it, errors included. */
const servedVersion = (path: string): string => /^\/(v\d+\.\d+)\//.exec(path)?.[1] ?? defaultVersion;

const graph =
  (answer: Graph): Page =>
  async (ctx) => {
    ctx.set('facebook-api-version', servedVersion(ctx.path));
    ctx.set('cache-control', 'private, no-cache, no-store, must-revalidate');
    ctx.body = await answer(await fieldsOf(ctx));
  };

const json =
  (answer: () => JsonObject): Page =>
  (ctx) => {
    ctx.body = answer();
  };

/** The bare host redirects to `www`, with a trailing slash: clients that do not follow redirects find no keys. */
const moved =
  (path: string): Page =>
  (ctx) => {
    ctx.redirect(`${path}/`);
    ctx.status = 301;
  };

const showError = (ctx: Context, { fields }: GraphError, trace: string): void => {
  const { message, type = 'OAuthException', code, subcode, userTitle, userMessage } = fields;
  const detail = {
    ...(subcode !== undefined && { error_subcode: subcode }),
    ...(userTitle !== undefined && { error_user_title: userTitle }),
    ...(userMessage !== undefined && { error_user_msg: userMessage }),
  };
  ctx.status = 400;
  ctx.set('www-authenticate', `OAuth "Facebook Platform" "invalid_request" "${message}"`);
  ctx.body = { error: { message, type, code, ...detail, fbtrace_id: trace } };
};

const get = (operation: string, path: string, handle: Page): Route => ({
  operation,
  method: 'get',
  path,
  handle,
});
const post = (operation: string, path: string, handle: Page): Route => ({
  operation,
  method: 'post',
  path,
  handle,
});

/** Facebook's routes and error responses. */
export const createFacebookSite = (on: Handlers, ids: Ids): Site => {
  const dialog = versioned('/dialog/oauth');
  const token = versioned('/oauth/access_token');
  return createSite(
    [
      get('discovery', `${wellKnown.discovery}{/}`, json(on.discovery)),
      get('jwks', `${wellKnown.jwks}{/}`, json(on.jwks)),
      get('discovery', `${limitedPath}${wellKnown.discovery}{/}`, json(on.limitedDiscovery)),
      get('jwks', `${limitedPath}${wellKnown.jwks}{/}`, json(on.limitedJwks)),
      get('moved', `${barePath}${wellKnown.discovery}{/}`, moved(wellKnown.discovery)),
      get('moved', `${barePath}${wellKnown.jwks}{/}`, moved(wellKnown.jwks)),
      get('authorize', dialog, on.authorize),
      post('login', dialog, on.login),
      get('token', token, graph(on.token)),
      post('token', token, graph(on.token)),
      get('debug_token', versioned('/debug_token'), graph(on.debugToken)),
      get('me', versioned('/me'), graph(on.me)),
      get('token_info', versioned('/oauth/access_token_info'), graph(on.tokenInfo)),
      post('device_login', versioned('/device/login'), graph(on.deviceLogin)),
      post('device_status', versioned('/device/login_status'), graph(on.deviceStatus)),
      get('device_page', '/device', on.devicePage),
      post('device_answer', '/device', on.deviceAnswer),
    ],
    {
      unknown: (ctx) => {
        const message = `Unknown path components: ${ctx.path}`;
        showError(ctx, new GraphError({ code: 2500, message }), ids.secret(9));
      },
      failed: (ctx, error) => {
        if (!(error instanceof GraphError)) throw error;
        showError(ctx, error, ids.secret(9));
      },
    },
  );
};
