import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** A TV that has a code and waits for its profile. */
const startWaiting = async (t: TestWorld, headers: Record<string, string>) => {
  const tv = await t.signIn(t.device('tv'), 'ana');
  const redirectUrl = 'https://www.testadobe.com/signed-in';
  const { body } = await tv.createSession({ mvpd: 'Cablevision', domainName: 'testadobe.com', redirectUrl });
  const sent = get(`${t.origin}/api/v2/REF30/profiles/code/${body['code']}`, {
    headers: { ...tv.headers, authorization: `Bearer ${tv.tokens?.accessToken}`, ...headers },
  });
  return once(sent, 'response').then(([answer]) => answer as IncomingMessage);
};

const textOf = async (answer: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
};

test('a held poll gets at a shutdown what it would get at its end, on a connection that ends', async () => {
  const t = await startGateway();
  const answer = startWaiting(t, { prefer: 'wait=60' });
  const polled = async () =>
    (await t.control.requests()).some(({ path }) => path.includes('/profiles/code/'));
  await expect.poll(polled, { timeout: 20_000 }).toBe(true);
  await t[Symbol.asyncDispose]();
  const { statusCode, headers } = await answer;
  expect([statusCode, headers.connection]).toEqual([200, 'close']);
  expect(JSON.parse(await textOf(await answer))).toEqual({ profiles: {} });
});

test('an event stream ends at a shutdown with the time after which to connect again', async () => {
  const t = await startGateway();
  const stream = await startWaiting(t, { accept: 'text/event-stream' });
  const text = textOf(stream);
  await t[Symbol.asyncDispose]();
  expect(await text).toMatch(/^: waiting\n\nretry: [1-5]\d{3}\n\n$/);
});
