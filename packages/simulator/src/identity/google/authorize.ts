import type { Context } from 'koa';
import { z } from 'zod';
import type { IdentityClient, User } from '#src/fixtures';
import { seconds } from '#src/lib/clock';
import type { BrowserSessions } from '../browser-session.ts';
import { type Fields, formOf, queryOf } from '../form.ts';
import type { Handles } from '../handles.ts';
import { showChooser, showFailure, showPassword, showQuestion } from '../pages.ts';
import type { People } from '../people.ts';
import { themes } from '../themes.ts';
import type { GoogleGrants } from './grants.ts';
import { type Code, readScopes, scopeText } from './model.ts';
import type { GoogleSwitches } from './switches.ts';

const theme = themes.google;

interface Deps {
  readonly origin: string;
  readonly client: IdentityClient;
  readonly redirectUri: string;
  readonly people: People;
  readonly sessions: BrowserSessions;
  readonly codes: Handles<Code>;
  readonly grants: Pick<GoogleGrants, 'firstConsent'>;
  readonly switches: GoogleSwitches;
}

/** The error page's code and text, or undefined: Google shows even errors that OAuth returns by redirect. */
const requestErrorOf = (
  query: Fields,
  { client, redirectUri }: Deps,
): readonly [number, string, string] | undefined => {
  if (!query['client_id']) return [400, 'invalid_request', 'Missing required parameter: client_id'];
  if (query['client_id'] !== client.clientId)
    return [401, 'invalid_client', 'The OAuth client was not found.'];
  if (query['redirect_uri'] !== redirectUri)
    return [400, 'redirect_uri_mismatch', 'The redirect URI of this request is not registered.'];
  if (query['response_type'] !== 'code')
    return [400, 'invalid_request', 'Required parameter response_type must be code'];
  if (!readScopes(query['scope'] ?? '').length)
    return [400, 'invalid_request', 'Missing required parameter: scope'];
  if (!['plain', 'S256', undefined].includes(query['code_challenge_method']))
    return [400, 'invalid_request', 'Invalid parameter: code_challenge_method'];
  const unknown = promptsOf(query).find((prompt) => !prompts.has(prompt));
  if (unknown !== undefined)
    return [400, 'invalid_request', `Invalid parameter value for prompt: Invalid prompt: ${unknown}`];
  return undefined;
};

const challengeOf = (query: Fields): Code['challenge'] =>
  query['code_challenge']
    ? { value: query['code_challenge'], method: query['code_challenge_method'] === 'S256' ? 'S256' : 'plain' }
    : undefined;

const sendBack = (
  ctx: Context,
  { origin, redirectUri }: Deps,
  answer: Readonly<Record<string, string>>,
): void => {
  const { state } = queryOf(ctx);
  const url = new URL(redirectUri);
  // Google sends RFC 9207's iss although discovery does not announce it, and always as a URL.
  const parameters = { ...(state !== undefined && { state }), iss: origin, ...answer };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  ctx.redirect(url.href);
};

/** Google knows no `login` (https://developers.google.com/identity/openid-connect/openid-connect#authenticationuriparameters). */
const prompts = new Set(['none', 'consent', 'select_account']);

const promptsOf = ({ prompt = '' }: Fields): string[] => prompt.split(' ').filter(Boolean);

const claimsRequest = z
  .string()
  .transform((text, ctx): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      ctx.addIssue('is not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ id_token: z.object({ auth_time: z.object({ essential: z.literal(true) }) }) }));

/** https://developers.google.com/identity/siwg/security-bundle */
const asksForAuthTime = ({ claims }: Fields): boolean => claimsRequest.safeParse(claims).success;

const grant = (ctx: Context, deps: Deps, user: User, prompt: 'none' | 'consent'): void => {
  const { redirectUri, codes, grants, sessions, switches } = deps;
  const query = queryOf(ctx);
  const scopes = readScopes(query['scope'] ?? '');
  const code = codes.issue({
    user,
    redirectUri,
    scopes,
    nonce: query['nonce'],
    challenge: challengeOf(query),
    authTime:
      switches.sessionAgeClaims && asksForAuthTime(query) ? seconds(sessions.sinceOf(ctx) ?? 0) : undefined,
    // A refresh token is issued only with consent: the first, or one requested again.
    offline:
      query['access_type'] === 'offline' &&
      (grants.firstConsent(user) || promptsOf(query).includes('consent')),
  });
  const { hostedDomain: hd } = user.google;
  sendBack(ctx, deps, { code, scope: scopeText(scopes), authuser: '0', hd, prompt });
};

const refusedAccount = (ctx: Context, { switches }: Deps, user: User): boolean => {
  const disabled = switches.disabledUsers.includes(user.id);
  if (disabled) showFailure(ctx, theme, 403, 'Account disabled', 'This Google Account is disabled.');
  return disabled;
};

const showConsent = (ctx: Context, user: User): void =>
  showQuestion(ctx, {
    theme,
    title: 'Sign in to Kinpass',
    agree: 'Continue',
    text: `Google will tell Kinpass your name and ${user.google.email}.`,
  });

/** The two halves of a sign-in. Forms post to the same URL with the whole request, so no state is kept between pages. */
export const createAuthorize = (deps: Deps) => {
  const { people, sessions } = deps;

  const refused = (ctx: Context): boolean => {
    const error = requestErrorOf(queryOf(ctx), deps);
    if (error) showFailure(ctx, theme, error[0], `Error ${error[0]}: ${error[1]}`, error[2]);
    return error !== undefined;
  };

  return {
    ask: (ctx: Context) => {
      if (refused(ctx)) return;
      const query = queryOf(ctx);
      const [asked, hint] = [promptsOf(query), query['login_hint'] ?? ''];
      const current = people.byId(sessions.userOf(ctx) ?? '');
      const hinted = people.byLogin(hint) ?? people.all.find((user) => user.google.subject === hint);
      const mayPass = !asked.includes('select_account') && (!hinted || hinted === current);
      if (current && refusedAccount(ctx, deps, current)) return;
      if (current && mayPass)
        return asked.includes('consent') ? showConsent(ctx, current) : grant(ctx, deps, current, 'none');
      if (asked.includes('none')) return sendBack(ctx, deps, { error: 'interaction_required' });
      if (hinted) return showPassword(ctx, { theme, user: hinted, email: hinted.google.email });
      showChooser(ctx, { theme, people });
    },

    answer: async (ctx: Context) => {
      if (refused(ctx)) return;
      const { user: choice = '', password, decision } = await formOf(ctx);
      if (decision === 'cancel') return sendBack(ctx, deps, { error: 'access_denied' });
      const current = people.byId(sessions.userOf(ctx) ?? '');
      if (decision === 'allow' && current) return grant(ctx, deps, current, 'consent');
      const user = people.byLogin(choice);
      // Whoever is signed in is only chosen, not asked for the password again.
      if (user && user === current && password === undefined && !refusedAccount(ctx, deps, user))
        return grant(ctx, deps, user, 'none');
      if (!user) return showChooser(ctx, { theme, people, error: 'Couldn’t find your Google Account' });
      const page = { theme, user, email: user.google.email };
      if (password === undefined) return showPassword(ctx, page);
      if (password !== user.password)
        return showPassword(ctx, { ...page, error: 'Wrong password. Try again.' });
      if (refusedAccount(ctx, deps, user)) return;
      sessions.begin(ctx, user.id);
      grant(ctx, deps, user, 'consent');
    },
  };
};
