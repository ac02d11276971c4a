import type { Provider } from 'oidc-provider';
import { fail } from '#src/lib/errors';
import type { PartyContext } from '#src/party';
import { createIdTokens } from '../id-tokens.ts';
import type { AccessTokenParty, MintRequest } from '../identity-party.ts';
import { oneOf } from '../one-of.ts';
import { createOutbox } from '../outbox.ts';
import { createPeople } from '../people.ts';
import { createSigner } from '../signer.ts';
import { createSwitches } from '../switches.ts';
import { createDtcAdapter } from './adapter.ts';
import { createDtcLogin } from './login.ts';
import { createDtcEvents, createLogoutFetch, dtcEventKinds } from './logout.ts';
import { claimsOf, createDtcProvider } from './provider.ts';
import { interactionPath, protocolOperation } from './routes.ts';
import { createDtcSessions } from './sessions.ts';
import { type DtcSwitches, dtcDefaults, dtcSwitchesSchema } from './switches.ts';
import { createShift } from './time.ts';
import { issueAccessToken, registerTokenExchange } from './token-exchange.ts';

const kinds = ['web'] as const;

/** What a reset keeps: keys, users, token issuance. */
const createParts = async (context: PartyContext) => {
  const { clock, ids, fixtures, gatewayOrigin } = context;
  const issuer = context.origins.dtc;
  const clientId = fixtures.clients.dtc.clientId;
  const switches = createSwitches<DtcSwitches>(dtcSwitchesSchema.partial(), dtcDefaults);
  const people = createPeople(fixtures.users, (user) => user.dtc.email);
  const signer = await createSigner();
  const idTokens = createIdTokens({
    clock,
    signer,
    people,
    clientId,
    claimsOf: ({ user }) => ({ iss: issuer, ...claimsOf(user, switches.current) }),
  });
  const parts = {
    clock,
    ids,
    issuer,
    clientId,
    people,
    signer,
    idTokens,
    fixtures,
    gatewayOrigin,
    switches: switches.current,
    receivers: fixtures.receivers,
    shift: createShift(clock),
    outbox: createOutbox({ clock, gatewayOrigin }),
  };
  return { parts, switches };
};

type Parts = Awaited<ReturnType<typeof createParts>>['parts'];

/** What is lost by a reset. */
const createMemory = ({ shift, ids }: Parts) => ({
  adapter: createDtcAdapter(shift),
  cookieKey: ids.secret(),
});

/** oidc-provider reads its keys only once, so a new one is built on the same storage whenever they change. */
const build = (parts: Parts, memory: ReturnType<typeof createMemory>) => {
  const { adapter } = memory;
  const provider = createDtcProvider({ ...parts, ...memory, fetch: createLogoutFetch(parts) });
  registerTokenExchange(provider, parts);
  const sessions = createDtcSessions(adapter, parts.people, parts.shift);
  return { memory, provider, sessions, handle: provider.callback() };
};

const mintAccessToken =
  ({ people, clientId: own }: Parts, provider: () => Provider) =>
  async ({ user, audience = own, expiresIn = 3600 }: MintRequest): Promise<string> => {
    const sub = people.named(user).dtc.subject;
    const client = await provider().Client.find(audience);
    if (!client)
      throw fail('gateway_parameter_invalid', { field: 'audience', hint: 'There is no such client.' });
    return issueAccessToken(provider(), { client, sub, scopes: ['openid', 'email', 'profile'], expiresIn });
  };

/** The programmer's own account service: a full OpenID Provider. */
export const createDtc = async (context: PartyContext): Promise<AccessTokenParty<DtcSwitches>> => {
  const { parts, switches } = await createParts(context);
  const { issuer, people, signer, outbox, idTokens } = parts;
  let current = build(parts, createMemory(parts));
  const login = createDtcLogin(() => current.provider, people);

  return {
    name: 'dtc',
    operationOf: (method, path) =>
      path.startsWith(interactionPath) ? login.operationOf(method, path) : protocolOperation(method, path),
    handle: (request, response) => {
      // oidc-provider uses the Host header in its discovery document and redirects.
      request.headers.host = new URL(issuer).host;
      const handle = request.url?.startsWith(interactionPath) ? login.handle : current.handle;
      handle(request, response);
    },
    snapshot: signer.snapshot,
    restore: (state) => {
      signer.restore(state);
      current = build(parts, current.memory);
    },
    reset: () => {
      outbox.clear();
      switches.reset();
      current = build(parts, createMemory(parts));
    },
    mintIdToken: async ({ kind = kinds[0], ...request }) =>
      idTokens.mint({ ...request, kind: oneOf(kinds, kind, 'kind') }),
    idTokenKinds: kinds,
    mintAccessToken: mintAccessToken(parts, () => current.provider),
    switches: switches.current,
    changeSwitches: switches.change,
    eventKinds: dtcEventKinds,
    sendEvent: createDtcEvents({ ...parts, sessions: () => current.sessions }),
    sentEvents: outbox.list,
    sessions: async () => current.sessions.list(),
    endSessions: (user) => current.sessions.end(user),
    ageSessions: (seconds, user) => current.sessions.age(seconds, user),
    rotateKeys: async () => {
      await signer.rotate();
      current = build(parts, current.memory);
      context.changed();
    },
  };
};
