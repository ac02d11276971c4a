/**
 * Adobe as SAML 2.0 service provider: it sends AuthnRequests and LogoutRequests, and reads assertions. This folder owns
 * every check of an assertion; it must not share code with the identity provider that it is tested against.
 */
import type { PartyContext } from '#src/party';
import type { SigningKeys } from '#src/xml/keys';
import { InvalidXml } from '#src/xml/parse';
import { signXml } from '#src/xml/signature';
import { type RefusalCode, refuse } from '../errors/refusal.ts';
import type { MvpdLogin, MvpdSubscriber, PartnerExchange } from '../mvpd-ports.ts';
import { authnRequestXml } from './authn-request.ts';
import { logoutRequestXml, readLogoutResponse } from './logout.ts';
import {
  consumerPath,
  endpointsOf,
  isSaml,
  logoutPath,
  messageId,
  runnerOf,
  type SamlMvpd,
} from './names.ts';
import { readResponse } from './read-response.ts';
import { redirectUrl } from './redirect.ts';
import { createReplayCache } from './replay-cache.ts';
import { samlSession } from './session.ts';
import { createSingleLogout } from './single-logout.ts';
import { subscriberOf } from './subscriber.ts';

interface Deps extends Pick<PartyContext, 'fixtures' | 'origins' | 'clock' | 'ids'> {
  /** Adobe's own, which signs requests and decrypts assertions. */
  readonly key: Pick<SigningKeys, 'privateKey'>;
  /** The key registered for an MVPD, or for the proxy that signs for it. */
  keysOf(runner: string): Pick<SigningKeys, 'publicKey'>;
}

/** Turns InvalidXml into the enhanced error, with the reason as details. */
const asRefusal = async <T>(code: RefusalCode, read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    throw error instanceof InvalidXml ? refuse(code, error.message) : error;
  }
};

interface Login {
  readonly request: string;
  readonly mvpd: string;
  readonly subscriber: MvpdSubscriber | null;
}

/** Reads a Base64 Response and accepts each assertion once. Error: InvalidXml. */
const createReader = (deps: Deps) => {
  const { fixtures, origins, clock, key, keysOf } = deps;
  const replayCache = createReplayCache(deps);
  const agreed = {
    privateKey: key.privateKey,
    keyOf: (mvpd: SamlMvpd) => keysOf(runnerOf(mvpd)).publicKey(),
    mvpdOf: (entityId: string) =>
      fixtures.mvpds.filter(isSaml).find((mvpd) => endpointsOf(mvpd, origins).entityId === entityId),
    consumer: origins.adobe + consumerPath,
  };
  return async (samlResponse: string): Promise<Login> => {
    const text = Buffer.from(samlResponse, 'base64').toString('utf8');
    const { mvpd, request, facts } = await readResponse(text, clock.now(), agreed);
    if (!facts) return { request, mvpd: mvpd.id, subscriber: null };
    const subscriber = subscriberOf(facts);
    if (!replayCache.use(`${facts.session.issuer} ${facts.session.assertion}`, facts.deliverBefore))
      throw new InvalidXml('the assertion has been used before');
    return { request, mvpd: mvpd.id, subscriber };
  };
};

const createRequests = ({ origins, clock, key }: Deps) => {
  const consumer = origins.adobe + consumerPath;
  const write = (mvpd: SamlMvpd, serviceProvider: string, request: string, passive: boolean): string =>
    authnRequestXml(
      { mvpd, serviceProvider, request, passive },
      { destination: endpointsOf(mvpd, origins).signIn, consumer, now: clock.now() },
    );
  const signed = async (mvpd: SamlMvpd, text: string, request: string): Promise<string> => {
    const { signature: algorithm } = mvpd.authentication;
    const signing = { key: await key.privateKey(), algorithm };
    const xml = signXml(text, { ...signing, id: messageId(request), after: 'Issuer' });
    return Buffer.from(xml).toString('base64');
  };
  return { write, signed };
};

const asSamlMvpd = (mvpd: Parameters<MvpdLogin['serves']>[0]): SamlMvpd => {
  if (!isSaml(mvpd)) throw refuse('invalid_parameter_mvpd');
  return mvpd;
};

/** The same messages through a platform's account framework. */
const createExchange = (
  requests: ReturnType<typeof createRequests>,
  readLogin: ReturnType<typeof createReader>,
): PartnerExchange => ({
  ask: async ({ mvpd: asked, serviceProvider, request }) => {
    const mvpd = asSamlMvpd(asked);
    const message = requests.write(mvpd, serviceProvider, request, false);
    return {
      authenticationRequest: await requests.signed(mvpd, message, request),
      attributesNames: ['guid', 'householdID', 'zip'],
    };
  },
  read: (samlResponse) =>
    asRefusal('invalid_parameter_saml_response', async () => {
      const { subscriber, ...attempt } = await readLogin(samlResponse);
      if (!subscriber) throw new InvalidXml('the MVPD found no session');
      return { ...attempt, subscriber };
    }),
});

/** SAML 2.0 in a browser, and through a platform's account framework. */
export const createSamlLogin = (deps: Deps): { login: MvpdLogin; exchange: PartnerExchange } => {
  const { fixtures, origins, clock, key, keysOf } = deps;
  const requests = createRequests(deps);
  const readLogin = createReader(deps);
  const byRedirect = async (mvpd: SamlMvpd, destination: string, message: string, relayState: string) => {
    const agreed = { key: await key.privateKey(), algorithm: mvpd.authentication.signature };
    const request = { name: 'SAMLRequest', message, relayState } as const;
    return { kind: 'redirect', url: redirectUrl(destination, request, agreed) } as const;
  };

  const signedByMvpds = {
    candidates: fixtures.mvpds.filter(isSaml),
    keyOf: (mvpd: SamlMvpd) => keysOf(runnerOf(mvpd)).publicKey(),
    entityIdOf: (mvpd: SamlMvpd) => endpointsOf(mvpd, origins).entityId,
  };
  const singleLogout = createSingleLogout({ ...deps, signed: signedByMvpds, privateKey: key.privateKey });

  const login: MvpdLogin = {
    serves: isSaml,
    signIn: async ({ mvpd: asked, serviceProvider, request, passive }) => {
      const mvpd = asSamlMvpd(asked);
      const message = requests.write(mvpd, serviceProvider, request, passive);
      const url = endpointsOf(mvpd, origins).signIn;
      if (mvpd.authentication.requestBinding === 'redirect') return byRedirect(mvpd, url, message, request);
      const SAMLRequest = await requests.signed(mvpd, message, request);
      return { kind: 'post', url, fields: { SAMLRequest, RelayState: request } };
    },
    signInReturns: [
      {
        operation: 'saml.consume',
        method: 'post',
        path: consumerPath,
        read: ({ form }) =>
          asRefusal('invalid_authentication_session', async () => {
            const [samlResponse = '', ...others] = form.getAll('SAMLResponse');
            if (others.length > 0) throw new InvalidXml('there must be one SAMLResponse');
            const found = await readLogin(samlResponse);
            if (form.get('RelayState') !== found.request) throw new InvalidXml('RelayState does not match');
            return found;
          }),
      },
    ],
    signOut: async ({ mvpd: asked, request, subscriber }) => {
      const mvpd = asSamlMvpd(asked);
      const destination = endpointsOf(mvpd, origins).signOut;
      const session = samlSession.parse(subscriber.session);
      const message = logoutRequestXml(session, { request, destination, now: clock.now() });
      return byRedirect(mvpd, destination, message, request);
    },
    signOutReturns: [
      {
        operation: 'saml.logout-return',
        method: 'get',
        path: logoutPath,
        read: ({ octets }) =>
          asRefusal('invalid_authentication_session', async () => ({
            request: await readLogoutResponse(octets, {
              ...signedByMvpds,
              destination: origins.adobe + logoutPath,
            }),
          })),
      },
    ],
    signOutRequests: [
      {
        ...singleLogout,
        read: (back) => asRefusal('invalid_authentication_session', async () => singleLogout.read(back)),
      },
    ],
  };

  return { login, exchange: createExchange(requests, readLogin) };
};
