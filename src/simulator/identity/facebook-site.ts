import type { Context } from 'koa';
import type { Ids } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import { createSite, type Site } from '../site.ts';
import { GraphError } from './facebook-model.ts';
import { type Fields, formOf, queryOf } from './form.ts';

type Page = (ctx: Context) => void | Promise<void>;
type Graph = (fields: Fields) => JsonObject | Promise<JsonObject>;

interface Handlers {
  readonly discovery: () => JsonObject;
  readonly jwks: () => JsonObject;
  readonly authorize: Page;
  readonly login: Page;
  readonly token: Graph;
  readonly debugToken: Graph;
  readonly me: Graph;
}

/** Calls may name a version of the Graph API or leave it out. */
const versioned = (path: string): string => `{/v:major.:minor}${path}{/}`;

/** Query and form count alike, and a bearer header for `access_token`. */
const fieldsOf = async (ctx: Context): Promise<Fields> => {
  const [, bearer] = /^(?:Bearer|OAuth) (\S+)$/i.exec(ctx.get('authorization')) ?? [];
  return { ...(bearer && { access_token: bearer }), ...queryOf(ctx), ...(await formOf(ctx)) };
};

const graph =
  (answer: Graph): Page =>
  async (ctx) => {
    ctx.set('cache-control', 'private, no-cache, no-store, must-revalidate');
    ctx.body = await answer(await fieldsOf(ctx));
  };

const json =
  (answer: () => JsonObject): Page =>
  (ctx) => {
    ctx.body = answer();
  };

const showError = (ctx: Context, { fault }: GraphError, trace: string): void => {
  const { message, type = 'OAuthException', code, subcode } = fault;
  const detail = subcode === undefined ? {} : { error_subcode: subcode };
  ctx.status = 400;
  ctx.set('www-authenticate', `OAuth "Facebook Platform" "invalid_request" "${message}"`);
  ctx.body = { error: { message, type, code, ...detail, fbtrace_id: trace } };
};

/** Which path means what at Facebook, and how it answers when something is wrong. */
export const createFacebookSite = (on: Handlers, ids: Ids): Site => {
  const dialog = versioned('/dialog/oauth');
  const token = versioned('/oauth/access_token');
  return createSite(
    [
      {
        ...{ operation: 'discovery', method: 'get', path: '/.well-known/openid-configuration{/}' },
        handle: json(on.discovery),
      },
      {
        ...{ operation: 'jwks', method: 'get', path: '/.well-known/oauth/openid/jwks{/}' },
        handle: json(on.jwks),
      },
      { operation: 'authorize', method: 'get', path: dialog, handle: on.authorize },
      { operation: 'login', method: 'post', path: dialog, handle: on.login },
      { operation: 'token', method: 'get', path: token, handle: graph(on.token) },
      { operation: 'token', method: 'post', path: token, handle: graph(on.token) },
      {
        ...{ operation: 'debug_token', method: 'get', path: versioned('/debug_token') },
        handle: graph(on.debugToken),
      },
      { operation: 'me', method: 'get', path: versioned('/me'), handle: graph(on.me) },
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
