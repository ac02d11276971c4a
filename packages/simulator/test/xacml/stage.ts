import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEnforcementPoint } from '#src/adobe-pass/xacml/enforcement-point';
import { createPost } from '#src/adobe-pass/xacml/post';
import { defaultFixtures } from '#src/default-fixtures';
import type { Authorization, Mvpd, Subscription } from '#src/fixtures';
import { systemIds } from '#src/lib/ids';
import { createDecisionPoint } from '#src/mvpd/xacml/decision-point';
import type { SubjectStatus } from '#src/mvpd/xacml/exchange';
import { createSite } from '#src/site';
import { createSigningKeys } from '#src/xml/keys';
import { createManualClock } from '../support/manual-clock.ts';

export const adobeEntityId = 'https://saml.sp.auth.adobe.com';
const entityIdOf = ({ id }: Mvpd): string => `https://${id.toLowerCase()}.example/idp`;

export interface Exchange {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly request: string;
  status: number;
  response: string;
}

/** Modifies the MVPD's response, or breaks the connection. */
export type Tamper = (
  response: string,
) => { status?: number; text: string } | Promise<{ text: string }> | 'reset' | 'silence';

const adobeKeys = createSigningKeys();
const mvpdKeys = createSigningKeys();

const device = { identifier: 'dHY=', address: '198.51.100.7', port: '40001', info: null };

interface Options {
  readonly mvpd?: string;
  readonly authorization?: Partial<Authorization>;
  readonly signature?: 'rsa-sha256' | 'rsa-sha1';
  readonly subscription?: Partial<Subscription>;
  readonly accessToken?: () => Promise<string | null>;
  /** The subscriber's status at the MVPD. */
  readonly standing?: Exclude<SubjectStatus['kind'], 'live'> | 'atHome';
}

const listen = async (handler: Parameters<typeof createServer>[1]) => {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${port}`, close };
};

/** An MVPD's decision point and Adobe's enforcement point, connected over HTTP; a test can modify the responses. */
export const startExchange = async ({
  mvpd: id = 'Cablevision',
  authorization,
  signature,
  subscription,
  standing,
  accessToken = async () => 'access-1',
}: Options = {}) => {
  const clock = createManualClock();
  const exchanges: Exchange[] = [];
  let tamper: Tamper | null = null;

  const inFixtures = defaultFixtures.mvpds.find((one) => one.id === id);
  if (!inFixtures?.authorization) throw new Error(`no MVPD ${id} that authorizes`);
  const { authentication } = inFixtures;
  const mvpd: Mvpd = {
    ...inFixtures,
    authorization: { ...inFixtures.authorization, ...authorization },
    ...(signature &&
      authentication?.protocol === 'saml' && { authentication: { ...authentication, signature } }),
  };
  const known = defaultFixtures.users
    .flatMap(({ subscriptions }) => subscriptions)
    .find((one) => one.mvpd === id);
  if (!known) throw new Error(`no subscriber of ${id}`);
  const subscriber: Subscription = { ...known, ...subscription };
  const fixtures = { ...defaultFixtures, mvpds: [mvpd] };

  const standingOf = (...names: string[]) => {
    return (_mvpd: string, name: string): SubjectStatus => {
      if (standing === 'ended' || standing === 'unknown') return { kind: standing };
      if (!names.includes(name)) return { kind: 'unknown' };
      return { kind: 'live', session: { atHome: standing === 'atHome' }, subscription: subscriber };
    };
  };
  const origins = { adobe: '', mvpd: '', dtc: '', google: '', facebook: '', apple: '' };
  const party = { fixtures, origins, clock, ids: systemIds };
  const decisionPoint = createDecisionPoint({
    ...party,
    subjects: {
      ofAssertion: standingOf('_assertion-1'),
      ofName: standingOf('name-1'),
      ofAccessToken: standingOf('access-1'),
    },
    keyOf: () => mvpdKeys,
    adobe: { entityId: adobeEntityId, key: adobeKeys },
    entityIdOf,
  });
  const site = createSite(decisionPoint.routes, {
    unknown: (ctx) => ctx.throw(404),
    failed: (ctx) => {
      ctx.status = 500;
    },
  });

  const { origin, close } = await listen((request, response) => {
    const chunks: Buffer[] = [];
    const exchange: Exchange = {
      path: request.url ?? '',
      headers: request.headers,
      get request() {
        return Buffer.concat(chunks).toString();
      },
      status: 0,
      response: '',
    };
    exchanges.push(exchange);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    const end = response.end.bind(response);
    response.end = ((chunk?: unknown) => {
      const text = Buffer.from(chunk as string).toString();
      Object.assign(exchange, { status: response.statusCode, response: text });
      void Promise.resolve(tamper?.(text) ?? { text }).then((modified) => {
        if (modified === 'silence') return;
        if (modified === 'reset') return request.socket.resetAndDestroy();
        if ('status' in modified && modified.status) response.statusCode = modified.status;
        response.setHeader('content-length', Buffer.byteLength(modified.text));
        end(modified.text);
      });
      return response;
    }) as typeof response.end;
    site.handle(request, response);
  });
  Object.assign(origins, { mvpd: origin });

  const enforcementPoint = createEnforcementPoint({
    ...party,
    post: createPost({ clock }),
    adobe: { entityId: adobeEntityId, key: adobeKeys },
    entityIdOf,
    keyOf: () => mvpdKeys,
    accessTokenOf: accessToken,
  });
  const session = { issuer: entityIdOf(mvpd), assertion: '_assertion-1', nameId: { value: 'name-1' } };
  const ask = (
    resources: readonly string[],
    { preflight = false, notAfter = clock.now() + 30 * 86_400_000 } = {},
  ) =>
    enforcementPoint.authorize({
      mvpd,
      serviceProvider: 'REF30',
      resources,
      device,
      preflight,
      notAfter,
      subscriber: { userId: subscriber.userId, attributes: { channelID: ['REF30', 'news'] }, session },
    });

  return {
    clock,
    exchanges,
    origin,
    mvpd,
    decisionPoint,
    enforcementPoint,
    ask,
    adobeKeys,
    mvpdKeys,
    subscriber,
    endpoint: `${origin}/${id}/authorization`,
    send: (body: string, headers: Record<string, string> = { 'content-type': 'text/xml' }) =>
      fetch(`${origin}/${id}/authorization`, { method: 'POST', body, headers }),
    tamper: (how: Tamper | null): void => {
      tamper = how;
    },
    last: (): Exchange => {
      const [exchange] = exchanges.slice(-1);
      if (!exchange) throw new Error('there was no request');
      return exchange;
    },
    [Symbol.asyncDispose]: close,
  };
};

export type Stage = Awaited<ReturnType<typeof startExchange>>;

/** Adobe's verdict on REF30 after the MVPD's response was modified. */
export const verdictOn = async (t: Stage, given: string | Tamper, { preflight = false } = {}) => {
  t.tamper(typeof given === 'string' ? () => ({ text: given }) : given);
  return (await t.ask(['REF30'], { preflight })).get('REF30');
};

export const readError = { permit: false, code: 'network_received_error' };
