import type { PartyContext } from '#src/party';
import { createBrowserSessions } from '../browser-session.ts';
import { formOf } from '../form.ts';
import { createHandles } from '../handles.ts';
import type { IdentityParty } from '../identity-party.ts';
import { createOutbox } from '../outbox.ts';
import { createPeople } from '../people.ts';
import { createSigner } from '../signer.ts';
import { createSwitches } from '../switches.ts';
import { createAuthorize } from './authorize.ts';
import { createClientCheck } from './client-secret.ts';
import { createAppleConsents } from './consents.ts';
import { appleEventKinds, createAppleEvents } from './events.ts';
import { appleKinds, createAppleIdTokens, createEmailOf } from './id-tokens.ts';
import type { Code, Token } from './model.ts';
import { createAppleSite, discovery } from './site.ts';
import { type AppleSwitches, appleDefaults, appleSwitchesSchema } from './switches.ts';
import { createRevoke, createToken } from './token.ts';

/** What the parts of Apple share: users, client, keys, and everything issued. */
const createParts = async (context: PartyContext) => {
  const { clock, ids, fixtures, gatewayOrigin } = context;
  const client = fixtures.clients.apple;
  const switches = createSwitches<AppleSwitches>(appleSwitchesSchema.partial(), appleDefaults);
  const parts = {
    clock,
    ids,
    client,
    clientId: client.clientId,
    origin: context.origins.apple,
    switches: switches.current,
    receivers: fixtures.receivers,
    redirectUri: `${gatewayOrigin}/callback/apple`,
    people: createPeople(fixtures.users, (user) => user.apple.email),
    signer: await createSigner(),
    consents: createAppleConsents(),
    codes: createHandles<Code>({ clock, ids }, { prefix: 'c', lifetime: 300 }),
    accessTokens: createHandles<Token>({ clock, ids }, { prefix: 'a', lifetime: 3600 }),
    refreshTokens: createHandles<Token>({ clock, ids }, { prefix: 'r', lifetime: 10 * 365 * 86_400 }),
    sessions: createBrowserSessions({ clock, ids }, 'apple_session'),
    outbox: createOutbox({ clock, gatewayOrigin }),
  };
  const derived = {
    checkClient: createClientCheck(parts),
    emailOf: createEmailOf(parts),
    idTokens: createAppleIdTokens(parts),
  };
  return { parts: { ...parts, ...derived }, switches };
};

/** Sign in with Apple as seen from a client: appleid.apple.com. */
export const createApple = async (context: PartyContext): Promise<IdentityParty<AppleSwitches>> => {
  const { parts, switches } = await createParts(context);
  const { origin, signer, consents, codes, accessTokens, refreshTokens, sessions, outbox } = parts;
  const { ask, answer } = createAuthorize(parts);
  const [token, revoke] = [createToken(parts), createRevoke(parts)];
  const site = createAppleSite({
    discovery: (ctx) => {
      ctx.body = discovery(origin);
    },
    jwks: (ctx) => {
      ctx.body = signer.publicKeys();
    },
    authorize: ask,
    login: answer,
    token: async (ctx) => {
      ctx.set('cache-control', 'no-store');
      ctx.body = await token(await formOf(ctx));
    },
    revoke: async (ctx) => {
      await revoke(await formOf(ctx));
      ctx.body = '';
    },
  });

  return {
    name: 'apple',
    ...site,
    snapshot: signer.snapshot,
    restore: signer.restore,
    reset: () => {
      for (const part of [consents, codes, accessTokens, refreshTokens, sessions, outbox]) part.clear();
      switches.reset();
    },
    mintIdToken: parts.idTokens.mint,
    idTokenKinds: appleKinds,
    switches: switches.current,
    changeSwitches: switches.change,
    eventKinds: appleEventKinds,
    sendEvent: createAppleEvents(parts),
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
