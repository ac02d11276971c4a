import type { PartyContext } from '../party.ts';
import { createDtcLogin } from './dtc-login.ts';
import { claimsOf, createDtcProvider, dtcRoutes, interactionPath } from './dtc-provider.ts';
import { createIdTokens } from './id-tokens.ts';
import type { IdentityParty } from './identity-party.ts';
import { createPeople } from './people.ts';
import { createSigner } from './signer.ts';

const operations: Readonly<Record<string, string>> = {
  '/.well-known/openid-configuration': 'discovery',
  [dtcRoutes.authorization]: 'authorize',
  [dtcRoutes.token]: 'token',
  [dtcRoutes.userinfo]: 'userinfo',
  [dtcRoutes.jwks]: 'jwks',
};

const protocolOperation = (path: string): string => {
  if (path.startsWith(`${dtcRoutes.authorization}/`)) return 'resume';
  return operations[path] ?? 'unknown';
};

/** The programmer's own account service: a full OpenID Provider. Its codes and sessions age by the machine's clock. */
export const createDtc = async (context: PartyContext): Promise<IdentityParty> => {
  const { clock, ids, fixtures, gatewayOrigin } = context;
  const issuer = context.origins.dtc;
  const client = fixtures.clients.dtc;
  const people = createPeople(fixtures.users, (user) => user.dtc.email);
  const signer = await createSigner();
  const build = () => {
    const provider = createDtcProvider({
      issuer,
      client,
      redirectUri: `${gatewayOrigin}/callback/dtc`,
      users: fixtures.users,
      signer,
      clock,
      ids,
    });
    return { provider, handle: provider.callback() };
  };
  let current = build();
  const login = createDtcLogin(() => current.provider, people);
  const idTokens = createIdTokens({
    clock,
    signer,
    people,
    clientId: client.clientId,
    claimsOf: ({ user }) => ({ iss: issuer, ...claimsOf(user) }),
  });

  return {
    name: 'dtc',
    operationOf: (method, path) =>
      path.startsWith(interactionPath) ? login.operationOf(method, path) : protocolOperation(path),
    handle: (request, response) => {
      // oidc-provider writes the Host header into its discovery document and its redirects.
      request.headers.host = new URL(issuer).host;
      const handle = request.url?.startsWith(interactionPath) ? login.handle : current.handle;
      handle(request, response);
    },
    snapshot: signer.snapshot,
    restore: (state) => {
      signer.restore(state);
      current = build();
    },
    reset: () => {
      current = build();
    },
    mintIdToken: idTokens.mint,
    switches: {},
  };
};
