import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What to say: data, or anything that a server can do to a socket. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: unknown }
  | ((response: ServerResponse, request: IncomingMessage) => void);

export interface ScriptedAdobe extends AsyncDisposable {
  readonly origin: string;
  readonly heard: readonly Heard[];
  /** Requests to a path that starts so. */
  heardAt(path: string): readonly Heard[];
  /** Replies for a path that starts so, one each; the last one stays. */
  at(path: string, ...replies: readonly [Reply, ...Reply[]]): void;
}

const instants = { notBefore: 1_700_000_000_000, notAfter: 1_900_000_000_000 };
export const session = {
  actionName: 'authenticate',
  actionType: 'interactive',
  reasonType: 'none',
  sessionId: '1b614390',
  serviceProvider: 'REF30',
  code: '8ER640M',
  url: '/api/v2/authenticate/REF30/8ER640M',
};
export const profiles = {
  profiles: { Cablevision: { ...instants, issuer: 'Cablevision', type: 'regular', attributes: {} } },
};

/** An Adobe that is content with everything: what it says where nothing else is scripted. */
const contentReplies: readonly (readonly [RegExp, unknown])[] = [
  [/^\/o\/client\/register$/, { client_id: 'client-1', client_secret: 'secret-1' }],
  [/^\/o\/client\/token$/, { access_token: 'token-1', expires_in: 21_600, token_type: 'bearer' }],
  [/\/configuration$/, { requestor: { id: 'REF30', mvpds: [{ id: 'Cablevision' }] } }],
  [/\/profiles/, profiles],
  [/\/decisions\//, { decisions: [{ resource: 'news', authorized: true, source: 'mvpd' }] }],
  [/\/logout\//, { logouts: { Cablevision: { actionName: 'complete', actionType: 'none' } } }],
];
const sessionStatus = { existingParameters: {}, notBefore: '1700000000000', notAfter: '1900000000000' };

const contentReply = ({ method, path }: Heard): Reply => {
  const found = contentReplies.find(([pattern]) => pattern.test(path.split('?')[0] ?? ''));
  return { body: found?.[1] ?? (method === 'POST' ? session : sessionStatus) };
};

const send = (reply: Reply, request: IncomingMessage, response: ServerResponse): void => {
  if (typeof reply === 'function') {
    reply(response, request);
    return;
  }
  const { status = 200, headers, body = '' } = reply;
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers });
  response.end(isRaw ? body : JSON.stringify(body));
};

const bodyOf = async (request: IncomingMessage): Promise<string> =>
  (await request.toArray()).map((chunk: Buffer) => chunk.toString()).join('');

/** A real server on loopback that says what the test tells it to, and remembers what it heard. */
export const startScriptedAdobe = async (tls?: { key: string; cert: string }): Promise<ScriptedAdobe> => {
  const heard: Heard[] = [];
  const scripts = new Map<string, Reply[]>();

  const nextReply = (about: Heard): Reply => {
    const [, replies] = [...scripts].find(([path]) => about.path.startsWith(path)) ?? [];
    return (replies && replies.length > 1 ? replies.shift() : replies?.[0]) ?? contentReply(about);
  };
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    const about = { method, path: url, headers, body: await bodyOf(request) };
    heard.push(about);
    send(nextReply(about), request, response);
  };

  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  await once(server.listen(0, 'localhost'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls ? 'https' : 'http'}://localhost:${port}`,
    heard,
    heardAt: (path) => heard.filter((about) => about.path.startsWith(path)),
    at: (path, ...replies) => void scripts.set(path, [...replies]),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
