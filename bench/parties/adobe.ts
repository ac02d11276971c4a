// The cheapest Adobe Pass there can be, in a process of its own: registers, gives tokens, and answers REST API V2 from
// memory, at once or so many milliseconds later (`adobe.ts MS`). It counts the service tokens that it had not seen before, which is how many the gateway had to sign.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { type AnswerName, answerFor, sessionAnswer } from './answers.ts';

export interface Seen {
  /** Requests of any kind. */
  readonly calls: number;
  /** Calls with a service token. */
  readonly serviceTokens: number;
  /** Those whose token came for the first time. */
  readonly newServiceTokens: number;
}

const delay = Number(process.argv[2] ?? 0);

const nothing: Seen = { calls: 0, serviceTokens: 0, newServiceTokens: 0 };
let seen: { -readonly [name in keyof Seen]: number } = { ...nothing };
const signatures = new Set<string>();

const dcr = (path: string): Buffer => {
  if (path === '/o/client/register')
    return Buffer.from(JSON.stringify({ client_id: randomUUID(), client_secret: 'secret' }));
  const token = { access_token: `adobe.${randomUUID()}`, expires_in: 21_600, token_type: 'bearer' };
  return Buffer.from(JSON.stringify(token));
};

const names: Readonly<Record<string, AnswerName>> = {
  profiles: 'profiles',
  configuration: 'configuration',
  decisions: 'decisions',
};

/** `/api/v2/{serviceProvider}/{what}/…` */
const rest = (path: string): Buffer => {
  const [, , , serviceProvider = '', what = ''] = path.split('/');
  const name = names[what];
  return name ? answerFor(name, serviceProvider) : sessionAnswer(randomUUID().slice(0, 8));
};

const noteServiceToken = (token: string | string[] | undefined): void => {
  if (typeof token !== 'string') return;
  seen.serviceTokens += 1;
  const signature = token.slice(-24);
  if (signatures.has(signature)) return;
  signatures.add(signature);
  seen.newServiceTokens += 1;
};

const server = createServer((request, response) => {
  request.resume();
  seen.calls += 1;
  const { url = '', headers } = request;
  noteServiceToken(headers['ad-service-token']);
  const registers = url.startsWith('/o/');
  const body = registers ? dcr(url) : rest(url);
  response.writeHead(registers ? 201 : 200, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': body.length,
  });
  if (delay === 0) response.end(body);
  else setTimeout(() => response.end(body), delay);
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.(`http://127.0.0.1:${address.port}`);
});
process.on('message', () => {
  process.send?.(seen);
  seen = { ...nothing };
});
process.on('disconnect', () => process.exit());
