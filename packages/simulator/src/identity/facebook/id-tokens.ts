import type { PartyContext } from '#src/party';
import { createIdTokens, type IdTokenContent } from '../id-tokens.ts';
import type { MintRequest } from '../identity-party.ts';
import { oneOf } from '../one-of.ts';
import { familyName, givenName, type People } from '../people.ts';
import type { Signer } from '../signer.ts';
import type { FacebookApps } from './apps.ts';
import type { EmailOf } from './model.ts';
import { barePath, limitedPath } from './site.ts';
import type { FacebookSwitches } from './switches.ts';

/** From the code flow, and from Limited Login in apps on Apple devices. */
export const facebookKinds = ['web', 'limited'] as const;

interface Deps extends Pick<PartyContext, 'clock' | 'ids'> {
  readonly origin: string;
  readonly apps: FacebookApps;
  readonly people: People;
  readonly signer: Signer;
  /** Limited Login has its own host, issuer and keys. */
  readonly limitedSigner: Signer;
  readonly emailOf: EmailOf;
  readonly switches: FacebookSwitches;
}

export const createFacebookIdTokens = (deps: Deps) => {
  const { clock, ids, origin, apps, people, signer, limitedSigner, emailOf, switches } = deps;
  const clientId = apps.own.clientId;
  const claimsOf = (iss: () => string) => (content: IdTokenContent) => {
    const { user, scopes, audience } = content;
    return {
      iss: iss(),
      sub: apps.userId(audience, user),
      jti: ids.uuid(),
      name: user.name,
      given_name: givenName(user),
      family_name: familyName(user),
      // Facebook never sends email_verified.
      email: emailOf(user, scopes) ?? null,
    };
  };
  const web = createIdTokens({
    clock,
    signer,
    people,
    clientId,
    claimsOf: claimsOf(() => (switches.issuerForm === 'bare' ? origin + barePath : origin)),
  });
  const limited = createIdTokens({
    clock,
    people,
    clientId,
    signer: limitedSigner,
    claimsOf: claimsOf(() => origin + limitedPath),
  });
  return {
    issue: web.issue,
    mint: async ({ kind = facebookKinds[0], ...request }: MintRequest): Promise<string> =>
      (oneOf(facebookKinds, kind, 'kind') === 'limited' ? limited : web).mint(request),
  };
};
