import type { RouterContext } from '@koa/router';
import type { Fixtures, Mvpd } from '#src/fixtures';
import { createLru } from '#src/lib/lru';
import type { PartyContext } from '#src/party';
import type { Route } from '#src/site';
import { element } from '#src/xml/write';
import type { Keys } from '../keys.ts';
import { showNotice } from '../pages.ts';
import { MvpdProblem } from '../problem.ts';
import type { Session } from '../sessions.ts';
import {
  endpointOf,
  entityIdOf,
  isSaml,
  runnerOf,
  type SamlMvpd,
  type ServiceProviderAgreement,
} from './agreement.ts';
import { readRedirect, redirectTo } from './bindings.ts';
import { assertion, protocol } from './read-xml.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'ids' | 'clock'> {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly agreement: ServiceProviderAgreement;
  readonly keys: Keys;
}

const maxPending = 10_000;

/** SAML core, 3.7.1; the NameID is that of the session's assertions. */
const requestXml = (
  { id, mvpd, session }: { id: string; mvpd: SamlMvpd; session: Session },
  { agreement, origins, clock }: Deps,
): string => {
  const { nameId } = mvpd.authentication;
  return element(
    'samlp:LogoutRequest',
    {
      'xmlns:samlp': protocol,
      'xmlns:saml': assertion,
      Destination: agreement.logoutRequest,
      ID: id,
      IssueInstant: new Date(clock.now()).toISOString(),
      Reason: 'urn:oasis:names:tc:SAML:2.0:logout:user',
      Version: '2.0',
    },
    element('saml:Issuer', {}, entityIdOf(mvpd, origins)),
    element(
      'saml:NameID',
      { Format: `urn:oasis:names:tc:SAML:2.0:nameid-format:${nameId}` },
      nameId === 'persistent' ? session.userId : session.transientId,
    ),
    element('samlp:SessionIndex', {}, session.index),
  ).xml;
};

/** Single logout that begins at the MVPD: through Adobe's service, so that its profiles end too, and back. */
export const createSingleLogout = (deps: Deps) => {
  const { fixtures, agreement, keys, origins, ids } = deps;
  const pending = createLru<Mvpd>(maxPending);

  const conclude = async (ctx: RouterContext): Promise<void> => {
    const runner = ctx.params['runner'] ?? '';
    const mvpd = fixtures.mvpds.filter(isSaml).find((one) => runnerOf(one) === runner);
    if (!mvpd) throw new MvpdProblem('There is no such TV provider.', 404);
    const agreed = { key: await agreement.publicKey(), algorithm: mvpd.authentication.signature };
    const { root } = readRedirect(ctx.querystring, agreed, 'SAMLResponse');
    const request = root.getAttribute('InResponseTo') ?? '';
    const left = pending.get(request);
    const isOurs =
      root.localName === 'LogoutResponse' &&
      root.getAttribute('Destination') === endpointOf(runner, 'slo/response', origins);
    if (!left || !isOurs) throw new MvpdProblem('There is nothing to sign out of.');
    pending.delete(request);
    showNotice(ctx, 200, 'Signed out', `You are signed out of ${left.displayName} and of its apps.`);
  };

  return {
    /** Whether the MVPD informs Adobe of a subscriber who signs out. */
    serves: (mvpd: Mvpd): mvpd is SamlMvpd => isSaml(mvpd) && mvpd.hasLogoutEndpoint,
    /** Where the browser goes when the session has ended. */
    begin: async (mvpd: SamlMvpd, session: Session): Promise<string> => {
      const id = `_${ids.uuid()}`;
      pending.set(id, mvpd);
      const agreed = {
        key: await keys.of(runnerOf(mvpd)).privateKey(),
        algorithm: mvpd.authentication.signature,
      };
      const text = requestXml({ id, mvpd, session }, deps);
      return redirectTo(agreement.logoutRequest, { name: 'SAMLRequest', text, relayState: null }, agreed);
    },
    routes: [
      { operation: 'saml.slo-response', method: 'get', path: '/:runner/saml/slo/response', handle: conclude },
    ] satisfies Route[],
    reset: pending.clear,
  };
};

export type SingleLogout = ReturnType<typeof createSingleLogout>;
