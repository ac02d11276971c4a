import { fingerprint } from '#src/lib/ids';
import { createLru } from '#src/lib/lru';
import type { PartyContext } from '../party.ts';
import type { PartnerExchange } from './mvpd-ports.ts';
import { refuse } from './refusal.ts';
import { subscriberOf } from './subscriber.ts';

const issuer = 'https://saml.sp.auth.adobe.com';

const requestXml = (serviceProvider: string, request: string): string =>
  `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${request}" Version="2.0"><saml:Issuer>${issuer}/on-behalf-of/${serviceProvider}</saml:Issuer></samlp:AuthnRequest>`;

const responseForm =
  /^<samlp:Response [^<>]*InResponseTo="_([\w-]{43})"[^<>]*><saml:Issuer>([^<>]+)<\/saml:Issuer><saml:Assertion [^<>]*ID="_([\w-]{43})"[^<>]*\/><\/samlp:Response>$/;

/** The ID of the request that Adobe handed to the framework; null for what is no such request. */
const requestOf = (authenticationRequest: string): string | null =>
  / ID="_([\w-]{43})"/.exec(Buffer.from(authenticationRequest, 'base64').toString('utf8'))?.[1] ?? null;

const responseXml = ({ mvpd, request, code }: { mvpd: string; request: string; code: string }): string =>
  `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" InResponseTo="_${request}" Version="2.0"><saml:Issuer>${mvpd}</saml:Issuer><saml:Assertion ID="_${code}" Version="2.0"/></samlp:Response>`;

const lifetime = 5 * 60_000;

/**
 * The account framework of a simulated Apple device with an MVPD behind it. Its assertions carry no signature: each is
 * worth what the MVPD, behind the framework's back, says of its ID, once.
 */
export const createPartnerExchange = ({
  fixtures,
  ids,
  clock,
}: Pick<PartyContext, 'fixtures' | 'ids' | 'clock'>) => {
  const assertions = createLru<{ mvpd: string; username: string; request: string; endsAt: number }>(1_000);

  const subscriptionOf = (mvpd: string, username: string) =>
    fixtures.users
      .flatMap(({ subscriptions }) => subscriptions)
      .find((one) => one.mvpd === mvpd && one.username === username);

  const exchange: PartnerExchange = {
    ask: async ({ serviceProvider, request }) => ({
      authenticationRequest: Buffer.from(requestXml(serviceProvider, request)).toString('base64'),
      attributesNames: ['uid', 'NameID', 'uniqueId'],
    }),
    read: (samlResponse) => {
      const xml = Buffer.from(samlResponse, 'base64').toString('utf8');
      const [, request = '', mvpd = '', code = ''] = responseForm.exec(xml) ?? [];
      const said = assertions.get(fingerprint(code));
      assertions.delete(fingerprint(code));
      const holds = said?.request === request && said.mvpd === mvpd && said.endsAt > clock.now();
      const found = holds && subscriptionOf(mvpd, said.username);
      if (!found) throw refuse('invalid_parameter_saml_response');
      return { request, mvpd, subscriber: subscriberOf(found) };
    },
  };
  return {
    ...exchange,
    /** Signs the subscriber in by the framework: the Base64 response to what Adobe asked; null when nobody can. */
    respond: ({
      mvpd,
      username,
      authenticationRequest,
    }: {
      mvpd: string;
      username: string;
      authenticationRequest: string;
    }): string | null => {
      const request = requestOf(authenticationRequest);
      if (request === null || !subscriptionOf(mvpd, username)) return null;
      const code = ids.secret();
      assertions.set(fingerprint(code), { mvpd, username, request, endsAt: clock.now() + lifetime });
      return Buffer.from(responseXml({ mvpd, request, code })).toString('base64');
    },
  };
};

export type SimulatedFramework = ReturnType<typeof createPartnerExchange>;
