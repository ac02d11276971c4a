import type { KeyObject } from 'node:crypto';
import type { PartyContext } from '#src/party';
import type { MvpdLogin } from '../mvpd-ports.ts';
import { logoutResponseXml, readLogoutRequest } from './logout-request.ts';
import { endpointsOf, logoutRequestPath, messageId } from './names.ts';
import type { SignedDeps } from './read-signed.ts';
import { redirectUrl } from './redirect.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'clock' | 'ids'> {
  readonly signed: Omit<SignedDeps, 'destination'>;
  privateKey(): Promise<KeyObject>;
}

/** Adobe's Single Logout service: an MVPD sends the browser of a subscriber who has signed out there. */
export const createSingleLogout = ({
  origins,
  clock,
  ids,
  signed,
  privateKey,
}: Deps): MvpdLogin['signOutRequests'][number] => ({
  operation: 'saml.logout-request',
  method: 'get',
  path: logoutRequestPath,
  read: async ({ query, octets }) => {
    const now = clock.now();
    const destination = origins.adobe + logoutRequestPath;
    const request = await readLogoutRequest(octets, { ...signed, destination, now });
    const { mvpd, isOf } = request;
    const { signedOut } = endpointsOf(mvpd, origins);
    const message = logoutResponseXml({
      id: messageId(ids.uuid()),
      inResponseTo: request.id,
      destination: signedOut,
      now,
    });
    const agreed = { key: await privateKey(), algorithm: mvpd.authentication.signature };
    const answer = { name: 'SAMLResponse', message, relayState: query.get('RelayState') } as const;
    return { mvpd: mvpd.id, isOf, next: { kind: 'redirect', url: redirectUrl(signedOut, answer, agreed) } };
  },
});
