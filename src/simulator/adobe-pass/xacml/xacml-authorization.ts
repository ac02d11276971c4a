import type { PartyContext } from '../../party.ts';
import type { SigningKeys } from '../../xml/keys.ts';
import { createAccessTokens } from '../oauth2/access-token.ts';
import type { BackChannel } from '../oauth2/back-channel.ts';
import { endpointsOf, entityId, isSaml, runnerOf } from '../saml/names.ts';
import { createEnforcementPoint, type XacmlAuthorization } from './enforcement-point.ts';
import { createPost } from './post.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'clock' | 'ids'> {
  /** Adobe's, the same as for its SAML requests. */
  readonly key: SigningKeys;
  /** What an MVPD, or the proxy that signs for it, handed over. */
  readonly keysOf: (runner: string) => Pick<SigningKeys, 'publicKey'>;
  readonly backChannel: Pick<BackChannel, 'tokens'>;
}

/** Authorization as Adobe's logins prepare it: their keys, names and tokens serve here too. */
export const createXacmlAuthorization = ({
  key,
  keysOf,
  backChannel,
  ...context
}: Deps): XacmlAuthorization =>
  createEnforcementPoint({
    ...context,
    post: createPost(context),
    adobe: { entityId, key },
    entityIdOf: (mvpd) => (isSaml(mvpd) ? endpointsOf(mvpd, context.origins).entityId : mvpd.id),
    keyOf: (mvpd) => keysOf(isSaml(mvpd) ? runnerOf(mvpd) : mvpd.id),
    accessTokenOf: createAccessTokens({ backChannel }),
  });
