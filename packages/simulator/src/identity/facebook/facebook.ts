import { z } from 'zod';
import { seconds } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { PartyContext } from '#src/party';
import { createBrowserSessions } from '../browser-session.ts';
import { createDeviceCodes } from '../device-codes.ts';
import { createHandles } from '../handles.ts';
import type { AccessTokenParty } from '../identity-party.ts';
import { createOutbox } from '../outbox.ts';
import { createPeople } from '../people.ts';
import { createSigner } from '../signer.ts';
import { createSwitches } from '../switches.ts';
import { createFacebookApps } from './apps.ts';
import {
  createDeviceLogin,
  createDevicePage,
  createDeviceStatus,
  type DeviceRequest,
  deviceCodeLifetime,
} from './device.ts';
import { createDialog } from './dialog.ts';
import { createFacebookEvents, facebookEventKinds } from './events.ts';
import { createDebugToken, createMe, createTokenInfo } from './graph.ts';
import { createFacebookIdTokens, facebookKinds } from './id-tokens.ts';
import type { Code, EmailOf, Token } from './model.ts';
import { createFacebookSite, limitedPath } from './site.ts';
import { type FacebookSwitches, facebookDefaults, facebookSwitchesSchema } from './switches.ts';
import { createToken, userTokenLifetime } from './token.ts';

/** https://www.facebook.com/.well-known/openid-configuration/: neither token_endpoint nor userinfo_endpoint. */
const discovery = (origin: string, issuer = origin): JsonObject => ({
  issuer,
  authorization_endpoint: `${origin}/dialog/oauth/`,
  jwks_uri: `${issuer}/.well-known/oauth/openid/jwks/`,
  response_types_supported: ['id_token', 'token id_token'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: 'iss aud sub iat exp jti nonce at_hash name given_name family_name email'.split(' '),
});

const savedSchema = z.looseObject({ limited: z.json().optional() });

/** What the parts of Facebook share: users, apps, keys, and everything issued. */
const createParts = async (context: PartyContext) => {
  const { clock, ids, fixtures, gatewayOrigin } = context;
  const switches = createSwitches<FacebookSwitches>(facebookSwitchesSchema.partial(), facebookDefaults);
  const emailOf: EmailOf = (user, scopes) =>
    scopes.includes('email') && !switches.current.usersWithoutEmail.includes(user.id)
      ? user.facebook.email
      : undefined;
  const [signer, limitedSigner] = await Promise.all([createSigner(), createSigner()]);
  const parts = {
    clock,
    ids,
    origin: context.origins.facebook,
    receivers: fixtures.receivers,
    emailOf,
    switches: switches.current,
    signer,
    limitedSigner,
    apps: createFacebookApps(fixtures),
    client: fixtures.clients.facebook,
    clientToken: fixtures.clients.facebookDevice.clientToken,
    redirectUri: `${gatewayOrigin}/callback/facebook`,
    people: createPeople(fixtures.users, (user) => user.facebook.email),
    codes: createHandles<Code>({ clock, ids }, { prefix: 'AQ', lifetime: 600 }),
    tokens: createHandles<Token>({ clock, ids }, { prefix: 'EAA', lifetime: userTokenLifetime }),
    deviceCodes: createDeviceCodes<DeviceRequest>(
      { clock, ids },
      { lifetime: deviceCodeLifetime, format: (letters) => letters },
    ),
    sessions: createBrowserSessions({ clock, ids }, 'facebook_session'),
    outbox: createOutbox({ clock, gatewayOrigin }),
  };
  return { parts: { ...parts, idTokens: createFacebookIdTokens(parts) }, switches };
};

type Parts = Awaited<ReturnType<typeof createParts>>['parts'];

const siteOf = (parts: Parts) => {
  const { origin, ids, signer, limitedSigner } = parts;
  const dialog = createDialog(parts);
  const device = createDevicePage(parts);
  return createFacebookSite(
    {
      discovery: () => discovery(origin),
      jwks: signer.publicKeys,
      limitedDiscovery: () => discovery(origin, origin + limitedPath),
      limitedJwks: limitedSigner.publicKeys,
      authorize: dialog.ask,
      login: dialog.answer,
      token: createToken(parts),
      debugToken: createDebugToken(parts),
      me: createMe(parts),
      tokenInfo: createTokenInfo(parts),
      deviceLogin: createDeviceLogin(parts),
      deviceStatus: createDeviceStatus(parts),
      devicePage: device.show,
      deviceAnswer: device.answer,
    },
    ids,
  );
};

/** Facebook as seen from a client: the web site and the Graph API on one origin. */
export const createFacebook = async (context: PartyContext): Promise<AccessTokenParty<FacebookSwitches>> => {
  const { parts, switches } = await createParts(context);
  const { clock, people, signer, limitedSigner, codes, tokens, deviceCodes, sessions, outbox } = parts;
  return {
    name: 'facebook',
    ...siteOf(parts),
    snapshot: () => ({ ...signer.snapshot(), limited: limitedSigner.snapshot() }),
    restore: (state) => {
      signer.restore(state);
      const { limited } = savedSchema.parse(state);
      if (limited !== undefined) limitedSigner.restore(limited);
    },
    reset: () => {
      for (const part of [codes, tokens, deviceCodes, sessions, outbox]) part.clear();
      switches.reset();
    },
    mintIdToken: parts.idTokens.mint,
    idTokenKinds: facebookKinds,
    mintAccessToken: async ({ user, audience: appId = parts.client.clientId, expiresIn }) => {
      const scopes = ['public_profile', 'email'];
      const issuedAt = seconds(clock.now());
      return tokens.issue({ user: people.named(user), appId, scopes, issuedAt }, expiresIn);
    },
    switches: switches.current,
    changeSwitches: switches.change,
    eventKinds: facebookEventKinds,
    sendEvent: createFacebookEvents(parts),
    sentEvents: outbox.list,
    sessions: async () => sessions.list(),
    endSessions: async (user) => sessions.end(user),
    ageSessions: async (seconds, user) => sessions.age(seconds, user),
    rotateKeys: async () => {
      await Promise.all([signer.rotate(), limitedSigner.rotate()]);
      context.changed();
    },
  };
};
