import type { PartyContext } from '#src/party';
import type { SigningKeys } from '#src/xml/keys';
import { createAccessTokens } from '../oauth2/access-token.ts';
import type { BackChannel } from '../oauth2/back-channel.ts';
import { endpointsOf, entityId, isSaml, runnerOf } from '../saml/names.ts';
import type { SwitchBoard } from '../switches.ts';
import { createEnforcementPoint, type Subscriber, type XacmlAuthorization } from './enforcement-point.ts';
import { createPost } from './post.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'clock' | 'ids'> {
  /** Adobe's key, the same as for its SAML requests. */
  readonly key: SigningKeys;
  /** The key registered for an MVPD, or for the proxy that signs for it. */
  readonly keysOf: (runner: string) => Pick<SigningKeys, 'publicKey'>;
  readonly backChannel: Pick<BackChannel, 'tokens'>;
  readonly switches: Pick<SwitchBoard, 'now'>;
}

interface Authorization extends XacmlAuthorization {
  /** To be called when a subscriber signs out at the MVPD. */
  onSignOut(subscriber: Subscriber): void;
}

/** Composes the enforcement point with the keys, names and tokens of Adobe's logins. */
export const createXacmlAuthorization = ({
  key,
  keysOf,
  backChannel,
  switches,
  origins,
  clock,
  ids,
}: Deps): Authorization => {
  const point = createEnforcementPoint({
    origins,
    clock,
    ids,
    post: createPost({ clock }),
    adobe: { entityId, key },
    entityIdOf: (mvpd) => (isSaml(mvpd) ? endpointsOf(mvpd, origins).entityId : mvpd.id),
    keyOf: (mvpd) => keysOf(isSaml(mvpd) ? runnerOf(mvpd) : mvpd.id),
    accessTokenOf: createAccessTokens({ backChannel }),
  });
  return {
    ...point,
    onSignOut: (subscriber) => {
      if (switches.now.permitsAfterSignOut === 'dropped') point.forget(subscriber);
    },
  };
};
