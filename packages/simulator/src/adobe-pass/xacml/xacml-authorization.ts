import type { PartyContext } from '#src/party';
import type { SigningKeys } from '#src/xml/keys';
import { createAccessTokens } from '../oauth2/access-token.ts';
import type { BackChannel } from '../oauth2/back-channel.ts';
import { endpointsOf, entityId, isSaml, runnerOf } from '../saml/names.ts';
import type { SwitchBoard } from '../switches.ts';
import { createEnforcementPoint, type Subscriber, type XacmlAuthorization } from './enforcement-point.ts';
import { createPost } from './post.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'clock' | 'ids'> {
  /** Adobe's, the same as for its SAML requests. */
  readonly key: SigningKeys;
  /** What an MVPD, or the proxy that signs for it, handed over. */
  readonly keysOf: (runner: string) => Pick<SigningKeys, 'publicKey'>;
  readonly backChannel: Pick<BackChannel, 'tokens'>;
  readonly switches: Pick<SwitchBoard, 'now'>;
}

interface Authorization extends XacmlAuthorization {
  /** A subscriber signed out at the MVPD. */
  hearOfSignOut(subscriber: Subscriber): void;
}

/** Authorization as Adobe's logins prepare it: their keys, names and tokens serve here too. */
export const createXacmlAuthorization = ({
  key,
  keysOf,
  backChannel,
  switches,
  ...context
}: Deps): Authorization => {
  const point = createEnforcementPoint({
    ...context,
    post: createPost(context),
    adobe: { entityId, key },
    entityIdOf: (mvpd) => (isSaml(mvpd) ? endpointsOf(mvpd, context.origins).entityId : mvpd.id),
    keyOf: (mvpd) => keysOf(isSaml(mvpd) ? runnerOf(mvpd) : mvpd.id),
    accessTokenOf: createAccessTokens({ backChannel }),
  });
  return {
    ...point,
    hearOfSignOut: (subscriber) => {
      if (switches.now.permitsAfterSignOut === 'dropped') point.forget(subscriber);
    },
  };
};
