import { seconds } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { PartyContext } from '../party.ts';
import { createBrowserSessions } from './browser-session.ts';
import { createDialog } from './facebook-dialog.ts';
import { createDebugToken, createMe } from './facebook-graph.ts';
import type { Code, EmailOf, Token } from './facebook-model.ts';
import { createFacebookSite } from './facebook-site.ts';
import { createToken, userTokenLifetime } from './facebook-token.ts';
import { createHandles } from './handles.ts';
import { createIdTokens } from './id-tokens.ts';
import type { FacebookParty, FacebookSwitches } from './identity-party.ts';
import { createPeople, familyName, givenName } from './people.ts';
import { createSigner } from './signer.ts';

const defaults: FacebookSwitches = { idTokenInCodeFlow: true, usersWithoutEmail: [], debugsOtherApps: true };

/** https://www.facebook.com/.well-known/openid-configuration/: neither token_endpoint nor userinfo_endpoint. */
const discovery = (origin: string): JsonObject => ({
  issuer: origin,
  authorization_endpoint: `${origin}/dialog/oauth/`,
  jwks_uri: `${origin}/.well-known/oauth/openid/jwks/`,
  response_types_supported: ['id_token', 'token id_token'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: 'iss aud sub iat exp jti nonce at_hash name given_name family_name email'.split(' '),
});

/** Facebook as seen from a client: the web site and the Graph API rolled into one origin. */
export const createFacebook = async (context: PartyContext): Promise<FacebookParty> => {
  const { clock, ids, fixtures, gatewayOrigin } = context;
  const origin = context.origins.facebook;
  const client = fixtures.clients.facebook;
  const switches: FacebookSwitches = { ...defaults };
  const people = createPeople(fixtures.users, (user) => user.facebook.email);
  const signer = await createSigner();
  const codes = createHandles<Code>({ clock, ids }, { prefix: 'AQ', lifetime: 600 });
  const tokens = createHandles<Token>({ clock, ids }, { prefix: 'EAA', lifetime: userTokenLifetime });
  const sessions = createBrowserSessions({ clock, ids }, 'facebook_session');
  const emailOf: EmailOf = (user, scopes) =>
    scopes.includes('email') && !switches.usersWithoutEmail.includes(user.id)
      ? user.facebook.email
      : undefined;
  const idTokens = createIdTokens({
    ...{ clock, signer, people, clientId: client.clientId },
    claimsOf: ({ user, scopes }) => ({
      iss: origin,
      sub: user.facebook.id,
      jti: ids.uuid(),
      name: user.name,
      given_name: givenName(user),
      family_name: familyName(user),
      email: emailOf(user, scopes) ?? null,
    }),
  });
  const redirectUri = `${gatewayOrigin}/callback/facebook`;
  const dialog = createDialog({ client, redirectUri, people, sessions, codes });
  const deps = { clock, client, codes, tokens, idTokens, switches, emailOf };
  const site = createFacebookSite(
    {
      discovery: () => discovery(origin),
      jwks: signer.publicKeys,
      authorize: dialog.ask,
      login: dialog.answer,
      token: createToken(deps),
      debugToken: createDebugToken(deps),
      me: createMe(deps),
    },
    ids,
  );

  return {
    name: 'facebook',
    ...site,
    snapshot: signer.snapshot,
    restore: signer.restore,
    reset: () => {
      for (const handles of [codes, tokens, sessions]) handles.clear();
      Object.assign(switches, defaults);
    },
    mintIdToken: idTokens.mint,
    mintAccessToken: async ({ user, audience: appId = client.clientId, expiresIn }) => {
      const scopes = ['public_profile', 'email'];
      const issuedAt = seconds(clock.now());
      return tokens.issue({ user: people.named(user), appId, scopes, issuedAt }, expiresIn);
    },
    switches,
  };
};
