import type { PartyContext } from '#src/party';
import { createBrowserSessions } from '../browser-session.ts';
import { createDeviceCodes } from '../device-codes.ts';
import { createHandles } from '../handles.ts';
import type { AccessTokenParty } from '../identity-party.ts';
import { createOutbox } from '../outbox.ts';
import { createPeople } from '../people.ts';
import { createSigner } from '../signer.ts';
import { createSwitches } from '../switches.ts';
import { createAuthorize } from './authorize.ts';
import { googleClients } from './clients.ts';
import {
  createDeviceAuthorization,
  createDevicePage,
  type DeviceRequest,
  deviceCodeFormat,
  deviceCodeLifetime,
} from './device.ts';
import { createGoogleGrants } from './grants.ts';
import { createGoogleIdTokens, googleKinds } from './id-tokens.ts';
import type { Code } from './model.ts';
import { createRevoke } from './revoke.ts';
import { createRisc, riscConfiguration, riscKinds } from './risc.ts';
import { createGoogleSite, discovery, paths } from './site.ts';
import { type GoogleSwitches, googleDefaults, googleSwitchesSchema } from './switches.ts';
import { createToken } from './token.ts';
import { createUserinfo } from './userinfo.ts';

/** What the parts of Google share: users, clients, keys, and everything issued. */
const createParts = async (context: PartyContext) => {
  const { clock, ids, fixtures, gatewayOrigin } = context;
  const switches = createSwitches<GoogleSwitches>(googleSwitchesSchema.partial(), googleDefaults);
  const parts = {
    clock,
    ids,
    origin: context.origins.google,
    receivers: fixtures.receivers,
    clients: googleClients(fixtures),
    client: fixtures.clients.google,
    clientId: fixtures.clients.google.clientId,
    redirectUri: `${gatewayOrigin}/callback/google`,
    switches: switches.current,
    people: createPeople(fixtures.users, (user) => user.google.email),
    signer: await createSigner(),
    codes: createHandles<Code>({ clock, ids }, { prefix: '4/0A', lifetime: 60 }),
    deviceCodes: createDeviceCodes<DeviceRequest>(
      { clock, ids },
      { prefix: 'AH-1Ng', lifetime: deviceCodeLifetime, format: deviceCodeFormat },
    ),
    grants: createGoogleGrants({ clock, ids }),
    sessions: createBrowserSessions({ clock, ids }, 'google_session'),
    outbox: createOutbox({ clock, gatewayOrigin }),
  };
  return { parts: { ...parts, idTokens: createGoogleIdTokens(parts) }, switches };
};

/** Google as seen from a client: the hosts accounts, oauth2 and openidconnect rolled into one origin. */
export const createGoogle = async (context: PartyContext): Promise<AccessTokenParty<GoogleSwitches>> => {
  const { parts, switches } = await createParts(context);
  const { clock, origin, people, signer, codes, deviceCodes, grants, sessions, outbox } = parts;
  const { ask, answer } = createAuthorize(parts);
  const device = createDevicePage(parts);
  const site = createGoogleSite({
    discovery: (ctx) => {
      ctx.body = discovery(origin);
    },
    risc_configuration: (ctx) => {
      ctx.body = riscConfiguration(origin, paths.jwks);
    },
    jwks: (ctx) => {
      ctx.body = signer.publicKeys();
    },
    authorize: ask,
    login: answer,
    device_page: device.show,
    device_login: device.answer,
    device_authorization: createDeviceAuthorization(parts),
    token: createToken(parts),
    revoke: createRevoke(grants),
    userinfo: createUserinfo({ clock, tokens: grants.accessTokens }),
  });

  return {
    name: 'google',
    ...site,
    snapshot: signer.snapshot,
    restore: signer.restore,
    reset: () => {
      for (const part of [codes, deviceCodes, grants, sessions, outbox]) part.clear();
      switches.reset();
    },
    mintIdToken: parts.idTokens.mint,
    idTokenKinds: googleKinds,
    mintAccessToken: async ({ user, audience: clientId = parts.clientId, expiresIn }) => {
      const scopes = ['openid', 'email', 'profile'];
      const token = grants.begin({ user: people.named(user), clientId, scopes });
      return grants.accessTokens.issue(token, expiresIn);
    },
    switches: switches.current,
    changeSwitches: switches.change,
    eventKinds: riscKinds,
    sendEvent: createRisc(parts),
    sentEvents: outbox.list,
    sessions: async () => sessions.list(),
    endSessions: async (user) => sessions.end(user),
    ageSessions: async (seconds, user) => sessions.age(seconds, user),
    rotateKeys: async () => {
      await signer.rotate();
      context.changed();
    },
  };
};
