import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedQuestion {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

type Answer = (question: ReceivedQuestion, response: ServerResponse) => void;

/** A service of the programmer on loopback, which keeps what it was asked: `await using hook = await startWebhook()`. */
export const startWebhook = async (first: Answer = permitAll) => {
  const questions: ReceivedQuestion[] = [];
  let answer = first;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const { method, headers } = request;
    const question = { method, headers, text };
    questions.push(question);
    answer(question, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/decide?for=kinpass`,
    questions,
    answers: (next: Answer): void => {
      answer = next;
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const permitsIn = ({ text }: ReceivedQuestion): unknown[] => JSON.parse(text).permits;

export const permitAll: Answer = (question, response) =>
  json({ decisions: permitsIn(question).map(() => ({ decision: 'permit' })) })(question, response);

export const json =
  (body: unknown, status = 200): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** As a receiver does, by docs/rules.md. Errors: an Error that says what is wrong. */
export const verifyQuestion = (
  { method, headers, text }: ReceivedQuestion,
  url: string,
  secret: string,
): void => {
  const input = /^kinpass=(\(([^)]*)\);.*)$/.exec(String(headers['signature-input']));
  const signature = /^kinpass=:(.*):$/.exec(String(headers['signature']))?.[1];
  const values: Record<string, unknown> = {
    '@method': method,
    '@target-uri': url,
    'content-type': headers['content-type'],
    'content-digest': headers['content-digest'],
  };
  const names = (input?.[2] ?? '').split(' ').map((name) => name.slice(1, -1));
  for (const name of Object.keys(values)) if (!names.includes(name)) throw new Error(`${name} is not signed`);
  const lines = names.map((name) => `"${name}": ${values[name]}`);
  const base = [...lines, `"@signature-params": ${input?.[1]}`].join('\n');
  if (createHmac('sha256', secret).update(base).digest('base64') !== signature)
    throw new Error('the signature is wrong');
  if (headers['content-digest'] !== `sha-256=:${createHash('sha256').update(text).digest('base64')}:`)
    throw new Error('the digest is wrong');
};
