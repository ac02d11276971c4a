import type { User } from '#src/fixtures';
import { seconds } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { PartyContext } from '#src/party';
import { createIdTokens } from '../id-tokens.ts';
import type { MintRequest } from '../identity-party.ts';
import { oneOf } from '../one-of.ts';
import type { People } from '../people.ts';
import type { Signer } from '../signer.ts';
import type { AppleConsents } from './consents.ts';
import type { AppleSwitches } from './switches.ts';

/** From a web page or an Android app; from an app on Apple's devices, which also gets `real_user_status`. */
export const appleKinds = ['web', 'native'] as const;

interface Deps extends Pick<PartyContext, 'clock'> {
  readonly origin: string;
  readonly clientId: string;
  readonly people: People;
  readonly signer: Signer;
  readonly consents: AppleConsents;
  readonly switches: AppleSwitches;
}

/** The address that the developer receives, and whether it is a relay. */
export const createEmailOf =
  ({ consents, switches }: Pick<Deps, 'consents' | 'switches'>) =>
  (user: User): { email: string; isPrivate: boolean } | undefined => {
    if (switches.usersWithoutEmail.includes(user.id)) return undefined;
    const isPrivate = consents.find(user.id)?.hidesEmail ?? user.apple.hidesEmail;
    return { email: isPrivate ? user.apple.relayEmail : user.apple.email, isPrivate };
  };

export const createAppleIdTokens = (deps: Deps) => {
  const { clock, origin, clientId, people, signer, switches } = deps;
  const emailOf = createEmailOf(deps);
  const flag = (value: boolean) => (switches.stringBooleans ? String(value) : value);
  const emailClaims = (user: User): JsonObject => {
    const found = emailOf(user);
    if (!found) return {};
    return {
      email: found.email,
      email_verified: flag(true),
      // Present only if true.
      ...(found.isPrivate && { is_private_email: flag(true) }),
    };
  };
  const tokens = createIdTokens({
    clock,
    signer,
    people,
    clientId,
    lifetime: 86_400,
    claimsOf: ({ user, scopes }) => ({
      iss: origin,
      sub: user.apple.subject,
      nonce_supported: true,
      auth_time: seconds(clock.now()),
      ...(scopes.includes('email') && emailClaims(user)),
    }),
  });
  return {
    issue: tokens.issue,
    mint: async ({ kind = appleKinds[0], claims, ...request }: MintRequest): Promise<string> => {
      const native = oneOf(appleKinds, kind, 'kind') === 'native';
      return tokens.mint({ ...request, claims: { ...(native && { real_user_status: 2 }), ...claims } });
    },
  };
};
