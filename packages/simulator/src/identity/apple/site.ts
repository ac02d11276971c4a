import type { Context } from 'koa';
import type { JsonObject } from '#src/lib/json';
import { createSite, type Site } from '#src/site';
import { showFailure } from '../pages.ts';
import { themes } from '../themes.ts';
import { AppleError } from './model.ts';

const paths = {
  discovery: '/.well-known/openid-configuration',
  authorize: '/auth/authorize',
  token: '/auth/token',
  revoke: '/auth/revoke',
  jwks: '/auth/keys',
} as const;

/** https://appleid.apple.com/.well-known/openid-configuration: no userinfo endpoint, no PKCE. */
export const discovery = (origin: string): JsonObject => ({
  issuer: origin,
  authorization_endpoint: origin + paths.authorize,
  token_endpoint: origin + paths.token,
  revocation_endpoint: origin + paths.revoke,
  jwks_uri: origin + paths.jwks,
  response_types_supported: ['code'],
  response_modes_supported: ['query', 'fragment', 'form_post'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'email', 'name'],
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  claims_supported:
    'aud email email_verified exp iat is_private_email iss nonce nonce_supported real_user_status sub'.split(
      ' ',
    ),
});

type Handler = (ctx: Context) => void | Promise<void>;

/** Apple's routes and error responses. */
export const createAppleSite = (on: Readonly<Record<keyof typeof paths | 'login', Handler>>): Site =>
  createSite(
    [
      { operation: 'discovery', method: 'get', path: paths.discovery, handle: on.discovery },
      { operation: 'jwks', method: 'get', path: paths.jwks, handle: on.jwks },
      { operation: 'authorize', method: 'get', path: paths.authorize, handle: on.authorize },
      { operation: 'login', method: 'post', path: paths.authorize, handle: on.login },
      { operation: 'token', method: 'post', path: paths.token, handle: on.token },
      { operation: 'revoke', method: 'post', path: paths.revoke, handle: on.revoke },
    ],
    {
      unknown: (ctx) => showFailure(ctx, themes.apple, 404, 'Not found', 'There is no such page.'),
      failed: (ctx, error) => {
        if (!(error instanceof AppleError)) throw error;
        ctx.status = 400;
        ctx.set('cache-control', 'no-store');
        ctx.body = { error: error.error, error_description: error.message };
      },
    },
  );
