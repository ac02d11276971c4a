import type { Context } from 'koa';
import type { AppleClient, User } from '#src/fixtures';
import { type Clock, seconds } from '#src/lib/clock';
import { html } from '#src/lib/html';
import type { BrowserSessions } from '../browser-session.ts';
import { type Fields, formOf, queryOf } from '../form.ts';
import type { Handles } from '../handles.ts';
import { accessTokenHash, type IdTokens } from '../id-tokens.ts';
import { showFailure, showLogin, showQuestion } from '../pages.ts';
import { familyName, givenName, type People } from '../people.ts';
import { themes } from '../themes.ts';
import type { AppleConsents } from './consents.ts';
import type { Code } from './model.ts';
import { sendBack } from './send-back.ts';

interface Deps {
  readonly clock: Clock;
  readonly client: AppleClient;
  readonly redirectUri: string;
  readonly people: People;
  readonly sessions: BrowserSessions;
  readonly consents: AppleConsents;
  readonly codes: Handles<Code>;
  readonly idTokens: Pick<IdTokens, 'issue'>;
  readonly emailOf: (user: User) => { email: string } | undefined;
}

const theme = themes.apple;

const scopesOf = (query: Fields): string[] => (query['scope'] ?? '').split(/[ +]/).filter(Boolean);
const sharesProfile = (query: Fields): boolean =>
  scopesOf(query).some((scope) => scope === 'name' || scope === 'email');
const withIdToken = (query: Fields): boolean =>
  (query['response_type'] ?? '').split(' ').includes('id_token');

/** https://developer.apple.com/documentation/signinwithapplerestapi/request-an-authorization-to-the-sign-in-with-apple-server */
const requestErrorOf = (
  query: Fields,
  { client, redirectUri }: Deps,
): readonly [string, string] | undefined => {
  const mode = query['response_mode'] ?? 'query';
  if (query['client_id'] !== client.clientId)
    return ['invalid_client', 'Invalid client id or web redirect url.'];
  if (query['redirect_uri'] !== redirectUri)
    return ['invalid_request', 'Invalid client id or web redirect url.'];
  if (!['code', 'code id_token'].includes(query['response_type'] ?? ''))
    return ['unsupported_response_type', 'response_type must be code, or code id_token.'];
  if (!['query', 'fragment', 'form_post'].includes(mode))
    return ['invalid_request', 'response_mode must be query, fragment or form_post.'];
  if (sharesProfile(query) && mode !== 'form_post')
    return ['invalid_request', 'response_mode must be form_post when name or email scope is requested.'];
  if (withIdToken(query) && mode === 'query')
    return ['invalid_request', 'response_mode must be fragment or form_post for an id_token.'];
  return undefined;
};

/** The name is sent only at the first sign-in, unsigned, beside the code; the address is in every ID token. */
const firstTime = (user: User, query: Fields, { emailOf }: Deps): Record<string, string> => {
  const scopes = scopesOf(query);
  if (!sharesProfile(query)) return {};
  const name = { firstName: givenName(user), lastName: familyName(user) };
  const email = scopes.includes('email') ? emailOf(user)?.email : undefined;
  return { user: JSON.stringify({ ...(scopes.includes('name') && { name }), ...(email && { email }) }) };
};

const askConsent = (ctx: Context, user: User): void =>
  showQuestion(ctx, {
    theme,
    title: 'Sign in to Kinpass',
    agree: 'Continue',
    text: `Create an account for Kinpass with your Apple Account, ${user.name}?`,
    more: html`<label><input type="radio" name="email" value="share" ${
      user.apple.hidesEmail ? html`` : html`checked`
    }>Share my e-mail<br><code>${user.apple.email}</code></label>
<label><input type="radio" name="email" value="hide" ${user.apple.hidesEmail ? html`checked` : html``}>Hide my e-mail<br>
<code>${user.apple.relayEmail}</code></label>
`,
  });

/** Password, then a question: at first what to share, later only whether to continue. Never silent. */
export const createAuthorize = (deps: Deps) => {
  const { clock, redirectUri, people, sessions, consents, codes, client, idTokens } = deps;

  const refused = (ctx: Context): boolean => {
    const error = requestErrorOf(queryOf(ctx), deps);
    if (error) showFailure(ctx, theme, 400, error[0], error[1]);
    return error !== undefined;
  };

  const ask = (ctx: Context, user: User) => {
    if (!consents.find(user.id)) return askConsent(ctx, user);
    const text = 'You have signed in to Kinpass before.';
    showQuestion(ctx, { theme, title: `Continue as ${user.name}?`, text, agree: 'Continue' });
  };

  const grant = async (ctx: Context, user: User, choice: string | undefined) => {
    const query = queryOf(ctx);
    const isFirst = !consents.find(user.id);
    if (isFirst) consents.give(user.id, choice === undefined ? user.apple.hidesEmail : choice === 'hide');
    const scopes = scopesOf(query);
    const { nonce } = query;
    const code = codes.issue({ user, redirectUri, scopes, nonce, authTime: seconds(clock.now()) });
    const about = {
      user,
      scopes,
      nonce,
      audience: client.clientId,
      claims: { c_hash: accessTokenHash(code) },
    };
    sendBack(ctx, redirectUri, {
      code,
      ...(withIdToken(query) && { id_token: await idTokens.issue(about) }),
      ...(isFirst && firstTime(user, query, deps)),
    });
  };

  return {
    ask: (ctx: Context) => {
      if (refused(ctx)) return;
      const current = people.byId(sessions.userOf(ctx) ?? '');
      if (current) return ask(ctx, current);
      showLogin(ctx, { theme, people });
    },

    answer: async (ctx: Context): Promise<void> => {
      if (refused(ctx)) return;
      const { username = '', password, decision, email } = await formOf(ctx);
      if (decision === 'cancel') return sendBack(ctx, redirectUri, { error: 'user_cancelled_authorize' });
      const current = people.byId(sessions.userOf(ctx) ?? '');
      if (decision === 'allow' && current) return grant(ctx, current, email);
      const user = people.byLogin(username);
      if (!user || user.password !== password) {
        const error = 'Check the account information you entered and try again.';
        return showLogin(ctx, { theme, people, username, error });
      }
      sessions.begin(ctx, user.id);
      ask(ctx, user);
    },
  };
};
