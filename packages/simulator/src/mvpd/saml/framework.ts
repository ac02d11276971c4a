import type { Fixtures } from '#src/fixtures';
import type { PartyContext } from '#src/party';
import { MvpdProblem } from '../problem.ts';
import type { Sessions } from '../sessions.ts';
import type { Subscribers } from '../subscribers.ts';
import { endpointOf, isSaml, runnerOf, type ServiceProviderAgreement } from './agreement.ts';
import { readAuthnRequest } from './authn-request.ts';
import { readPost } from './bindings.ts';
import type { Issuer } from './issue.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'clock'> {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly agreement: ServiceProviderAgreement;
  readonly subscribers: Subscribers;
  readonly sessions: Sessions;
  readonly issuer: Issuer;
}

interface FrameworkRequest {
  readonly mvpd: string;
  readonly username: string;
  /** Base64 of the AuthnRequest that Adobe handed to the device. */
  readonly authenticationRequest: string;
}

/**
 * A platform's account framework (Apple's), in which the owner of the device has signed in to their MVPD: it sends
 * Adobe's request to the MVPD and returns the Response in Base64, or null if it cannot sign the user in.
 */
export const createFramework =
  ({ fixtures, origins, clock, agreement, subscribers, sessions, issuer }: Deps) =>
  async ({ mvpd: id, username, authenticationRequest }: FrameworkRequest): Promise<string | null> => {
    const mvpd = fixtures.mvpds.filter(isSaml).find((one) => one.id === id);
    const subscriber = mvpd && subscribers.byUsername(id, username);
    if (!mvpd || !subscriber) return null;
    try {
      const form = new URLSearchParams({ SAMLRequest: authenticationRequest });
      const algorithm = mvpd.authentication.signature;
      const { root } = readPost(form, { key: await agreement.publicKey(), algorithm });
      const destination = endpointOf(runnerOf(mvpd), 'sso', origins);
      const request = readAuthnRequest(root, { mvpd, destination, agreement, now: clock.now() });
      const { session } = sessions.open(subscriber, { atHome: false });
      return Buffer.from(await issuer.success({ mvpd, request }, session)).toString('base64');
    } catch (error) {
      if (error instanceof MvpdProblem) return null;
      throw error;
    }
  };
