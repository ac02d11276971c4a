import { seconds } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { PartyContext } from '#src/party';
import { createIdTokens } from '../id-tokens.ts';
import type { MintRequest } from '../identity-party.ts';
import { oneOf } from '../one-of.ts';
import type { People } from '../people.ts';
import type { Signer } from '../signer.ts';
import type { GoogleClient } from './clients.ts';
import { userClaims } from './model.ts';
import type { GoogleSwitches } from './switches.ts';

/** Sources of ID tokens: the code flow, a platform's SDK, or the button on a web page. */
export const googleKinds = ['web', 'oneTap', 'android', 'ios', 'tv'] as const;

interface Deps extends Pick<PartyContext, 'clock' | 'ids'> {
  readonly origin: string;
  readonly clients: readonly GoogleClient[];
  readonly people: People;
  readonly signer: Signer;
  readonly switches: GoogleSwitches;
}

/**
 * `aud` is the audience, `azp` the requesting client. They differ for the mobile SDKs, which request tokens for the
 * project's web client (https://developers.google.com/identity/sign-in/android/backend-auth).
 */
export const createGoogleIdTokens = ({ clock, ids, origin, clients, people, signer, switches }: Deps) => {
  const idOf = (platform: GoogleClient['platform']): string =>
    clients.find((client) => client.platform === platform)?.clientId ?? '';
  const tokens = createIdTokens({
    clock,
    signer,
    people,
    clientId: idOf('web'),
    claimsOf: ({ user, audience, scopes }) => ({
      iss: switches.issuerForm === 'bare' ? new URL(origin).host : origin,
      azp: audience,
      ...userClaims(user, scopes),
    }),
  });

  return {
    issue: tokens.issue,
    mint: async ({ kind: wanted = googleKinds[0], claims, audience, ...request }: MintRequest) => {
      const kind = oneOf(googleKinds, wanted, 'kind');
      const requester = kind === 'oneTap' ? idOf('web') : idOf(kind);
      // The button's tokens are backdated a little for browsers whose clocks are slow.
      const own: JsonObject = kind === 'oneTap' ? { jti: ids.uuid(), nbf: seconds(clock.now()) - 300 } : {};
      const onPhone = kind === 'android' || kind === 'ios';
      const aud = audience ?? (onPhone ? idOf('web') : requester);
      // An audience without a mobile platform means that client's own token.
      const azp = audience !== undefined && !onPhone ? audience : requester;
      return tokens.mint({ ...request, audience: aud, claims: { azp, ...own, ...claims } });
    },
  };
};
