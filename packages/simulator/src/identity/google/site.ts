import type { Context } from 'koa';
import type { JsonObject } from '#src/lib/json';
import { createSite, type Site } from '#src/site';
import { showFailure } from '../pages.ts';
import { themes } from '../themes.ts';
import { GoogleError } from './model.ts';

export const paths = {
  discovery: '/.well-known/openid-configuration',
  risc: '/.well-known/risc-configuration',
  authorize: '/o/oauth2/v2/auth',
  deviceCode: '/device/code',
  device: '/device',
  token: '/token',
  revoke: '/revoke',
  userinfo: '/v1/userinfo',
  jwks: '/oauth2/v3/certs',
} as const;

/** https://accounts.google.com/.well-known/openid-configuration: no end_session_endpoint, no mention of RFC 9207. */
export const discovery = (origin: string): JsonObject => ({
  issuer: origin,
  authorization_endpoint: origin + paths.authorize,
  device_authorization_endpoint: origin + paths.deviceCode,
  token_endpoint: origin + paths.token,
  userinfo_endpoint: origin + paths.userinfo,
  revocation_endpoint: origin + paths.revoke,
  jwks_uri: origin + paths.jwks,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'email', 'profile'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  claims_supported: 'aud email email_verified exp family_name given_name iat iss name sub'.split(' '),
  code_challenge_methods_supported: ['plain', 'S256'],
  grant_types_supported: [
    'authorization_code',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
});

type Handler = (ctx: Context) => void | Promise<void>;

type Operation =
  | ('discovery' | 'risc_configuration' | 'jwks' | 'authorize' | 'login' | 'token' | 'revoke' | 'userinfo')
  | ('device_authorization' | 'device_page' | 'device_login');

/** Google's routes and error responses. */
export const createGoogleSite = (on: Readonly<Record<Operation, Handler>>): Site => {
  const route = (operation: Operation, method: 'get' | 'post', path: string) => ({
    operation,
    method,
    path,
    handle: on[operation],
  });
  return createSite(
    [
      route('discovery', 'get', paths.discovery),
      route('risc_configuration', 'get', paths.risc),
      route('jwks', 'get', paths.jwks),
      route('authorize', 'get', paths.authorize),
      route('login', 'post', paths.authorize),
      route('device_authorization', 'post', paths.deviceCode),
      route('device_page', 'get', paths.device),
      route('device_login', 'post', paths.device),
      route('token', 'post', paths.token),
      route('revoke', 'post', paths.revoke),
      route('userinfo', 'get', paths.userinfo),
      route('userinfo', 'post', paths.userinfo),
    ],
    {
      unknown: (ctx) =>
        showFailure(ctx, themes.google, 404, 'Error 404', 'The requested URL was not found on this server.'),
      failed: (ctx, error) => {
        if (!(error instanceof GoogleError)) throw error;
        ctx.status = error.status;
        if (error.status === 401) ctx.set('www-authenticate', 'Bearer realm="https://accounts.google.com/"');
        ctx.body = { error: error.error, error_description: error.message };
      },
    },
  );
};
