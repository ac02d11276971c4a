import type { Context } from 'koa';
import type { IdentityClient, User } from '#src/fixtures';
import type { BrowserSessions } from '../browser-session.ts';
import { type Fields, formOf, queryOf } from '../form.ts';
import type { Handles } from '../handles.ts';
import { showFailure, showLogin } from '../pages.ts';
import type { People } from '../people.ts';
import { themes } from '../themes.ts';
import type { Code } from './model.ts';

const theme = themes.facebook;

interface Deps {
  readonly client: IdentityClient;
  readonly redirectUri: string;
  readonly people: People;
  readonly sessions: BrowserSessions;
  readonly codes: Handles<Code>;
}

const requestErrorOf = (
  query: Fields,
  { client, redirectUri }: Deps,
): readonly [string, string] | undefined => {
  if (query['client_id'] !== client.clientId)
    return ['Invalid App ID', 'The provided app ID does not look like a valid app ID.'];
  if (query['redirect_uri'] !== redirectUri)
    return [
      'URL Blocked',
      'This redirect failed because the redirect URI is not whitelisted in the app’s Client OAuth Settings.',
    ];
  if ((query['response_type'] ?? 'code') !== 'code')
    return ['Invalid parameter', 'This app may only ask for response_type code.'];
  if (!['plain', 'S256', undefined].includes(query['code_challenge_method']))
    return ['Invalid parameter', 'code_challenge_method must be S256 or plain.'];
  if (!/^[A-Za-z0-9]*$/.test(query['auth_nonce'] ?? ''))
    return ['Invalid parameter', 'auth_nonce must be alphanumeric.'];
  return undefined;
};

/** Separated by commas or spaces; `public_profile` is always granted. */
export const readScopes = (text: string): string[] => [
  ...new Set([...text.split(/[\s,]+/).filter(Boolean), 'public_profile']),
];

/** https://developers.facebook.com/docs/facebook-login/guides/advanced/re-authentication */
const reauthenticates = ({ auth_type: types = '' }: Fields): boolean =>
  types.split(',').includes('reauthenticate');

/** The login dialog. The form posts to the same URL with the whole request, so no state is kept between pages. */
export const createDialog = (deps: Deps) => {
  const { redirectUri, people, sessions, codes } = deps;

  const refused = (ctx: Context): boolean => {
    const error = requestErrorOf(queryOf(ctx), deps);
    if (error) showFailure(ctx, theme, 400, error[0], error[1]);
    return error !== undefined;
  };

  const sendBack = (ctx: Context, answer: Readonly<Record<string, string>>) => {
    const { state } = queryOf(ctx);
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries({ ...answer, ...(state !== undefined && { state }) }))
      url.searchParams.set(name, value);
    // Facebook appends this fragment to every redirect, which replaces the fragment of the client's page.
    url.hash = '_=_';
    ctx.redirect(url.href);
  };

  const grant = (ctx: Context, user: User) => {
    const query = queryOf(ctx);
    const value = query['code_challenge'];
    const method = query['code_challenge_method'] === 'S256' ? 'S256' : 'plain';
    const code = codes.issue({
      user,
      redirectUri,
      scopes: readScopes(query['scope'] ?? ''),
      nonce: query['nonce'],
      challenge: value === undefined ? undefined : { value, method },
      reauthenticated: reauthenticates(query) ? (query['auth_nonce'] ?? '') : undefined,
    });
    sendBack(ctx, { code });
  };

  return {
    ask: (ctx: Context) => {
      if (refused(ctx)) return;
      const current = people.byId(sessions.userOf(ctx) ?? '');
      if (current && !reauthenticates(queryOf(ctx))) return grant(ctx, current);
      showLogin(ctx, { theme, people });
    },

    answer: async (ctx: Context) => {
      if (refused(ctx)) return;
      const { username = '', password = '', decision } = await formOf(ctx);
      if (decision === 'cancel')
        return sendBack(ctx, {
          error: 'access_denied',
          error_code: '200',
          error_description: 'Permissions error',
          error_reason: 'user_denied',
        });
      const user = people.byLogin(username);
      if (user?.password !== password) {
        const error = 'The e-mail address or password you entered is incorrect.';
        return showLogin(ctx, { theme, people, username, error });
      }
      sessions.begin(ctx, user.id);
      grant(ctx, user);
    },
  };
};
