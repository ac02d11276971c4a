// What idle event streams cost, and how long a profile takes to reach all who wait for it: 10,000 streams of one code against
// `kinpass serve`. `node --conditions=kinpass-source bench/streams.ts [COUNT] [CLONE]`
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/support/free-port.ts';
import { viewerAt } from './accounts/viewer.ts';
import { startKinpass } from './contenders/kinpass.ts';
import { openConnection } from './load/connection.ts';
import { answerFor, sessionAnswer } from './parties/answers.ts';
import { headersOf, jsonOf, send } from './rows/request.ts';
import { fewAccounts } from './rows/row.ts';

const [count = '10000', clone = fileURLToPath(new URL('..', import.meta.url))] = process.argv.slice(2);

const code = 'ABCDEFGH';
let isThere = false;
const told = Promise.withResolvers<number>();

/** An Adobe that knows one code, and answers without a profile until there is one. */
const adobe = createServer((request, response) => {
  request.resume();
  const { url = '' } = request;
  const answer = (status: number, body: Buffer | object) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
    response.end(bytes);
  };
  if (url === '/o/client/register') answer(201, { client_id: 'client', client_secret: 'secret' });
  else if (url.startsWith('/o/'))
    answer(201, { access_token: 'token', expires_in: 21_600, token_type: 'bearer' });
  else if (!url.includes('/profiles/code/')) answer(200, sessionAnswer(code));
  else {
    answer(200, isThere ? answerFor('profiles', 'REF30') : { profiles: {} });
    if (isThere) told.resolve(performance.now());
  }
});
await once(adobe.listen(0, '127.0.0.1'), 'listening');
const address = adobe.address();
const adobePort = typeof address === 'object' ? address?.port : undefined;

const port = await freePort();
const kinpass = await startKinpass({
  clone,
  port,
  accounts: fewAccounts,
  adobe: `http://127.0.0.1:${adobePort}`,
  plant: 0,
  settings: { overload: { maxDelay: '1m' } }, // by other programs of this machine
});

const headers = headersOf(viewerAt(0));
const connection = await openConnection(kinpass.origin);
const form = { mvpd: 'Cablevision', domainName: 'ref30.example', redirectUrl: 'https://ref30.example/' };
const created = await send(connection, { method: 'POST', path: '/api/v2/REF30/sessions', headers, form });
const path = `/api/v2/REF30/profiles/code/${String(jsonOf(created)['code'])}`;
connection.close();

const head = Object.entries({ ...headers, host: 'sso.example', accept: 'text/event-stream' })
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');

interface Stream {
  readonly socket: Socket;
  readonly open: Promise<void>;
  readonly profile: Promise<number>;
}

const openStream = async (): Promise<Stream> => {
  const socket = connect({ port, host: '127.0.0.1' });
  const open = Promise.withResolvers<void>();
  const profile = Promise.withResolvers<number>();
  let text = '';
  socket.on('data', (chunk) => {
    text = (text + chunk.toString('latin1')).slice(-4_096);
    if (text.includes('text/event-stream')) open.resolve();
    if (text.includes('event: profile')) profile.resolve(performance.now());
  });
  const failed = () => profile.reject(new Error(`a stream ended: ${text}`));
  socket.on('error', failed).on('close', failed);
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\n${head}\r\n`);
  return { socket, open: open.promise, profile: profile.promise };
};

const before = await kinpass.memory();
const streams: Stream[] = [];
while (streams.length < Number(count))
  streams.push(...(await Promise.all(Array.from({ length: 100 }, openStream))));
await Promise.race([Promise.all(streams.map(({ open }) => open)), ...streams.map(({ profile }) => profile)]);
const after = await kinpass.memory();

isThere = true;
const arrived = await Promise.all(streams.map(({ profile }) => profile));
const last = Math.max(...arrived) - (await told.promise);

const perStream = (bytes: number): string => `${(bytes / streams.length / 1_000).toFixed(1)} KB`;
console.log(`${streams.length} idle streams`);
console.log(`RSS per stream   ${perStream(after.rss - before.rss)}`);
console.log(`heap per stream  ${perStream(after.heap - before.heap)}`);
console.log(`the profile has reached all of them after ${last.toFixed(0)} ms`);

for (const { socket } of streams) socket.destroy();
await kinpass.stop();
adobe.closeAllConnections();
adobe.close();
