import { expect, test } from 'vitest';
import { explain } from '#src/cli/explain';
import { type Listener, listen } from '#src/cli/listen';

const open = (port = 0): Promise<Listener> => listen({ host: '127.0.0.1', port, setting: 'public.port' });

test('a port in use is one line with the port and the setting', async () => {
  const first = await open();
  const error: unknown = await open(first.port).catch((caught: unknown) => caught);
  expect(explain(error)).toEqual([
    `kinpass: Port ${first.port} is in use: stop the program that uses it, or change public.port.`,
  ]);
  await first.close();
});

test('a request that arrives before the handler waits for it', async () => {
  const listener = await open();
  const answer = fetch(`http://127.0.0.1:${listener.port}`);
  listener.serve((_, response) => response.end('here'));
  expect(await (await answer).text()).toBe('here');
  await listener.close();
});

test('closing finishes running requests and accepts no new ones', async () => {
  const listener = await open();
  const { promise: arrived, resolve: onArrival } = Promise.withResolvers<() => void>();
  listener.serve((_, response) => onArrival(() => response.end('done')));
  const answer = fetch(`http://127.0.0.1:${listener.port}`);
  const finish = await arrived;

  const closed = listener.close();
  await expect(fetch(`http://127.0.0.1:${listener.port}`)).rejects.toThrow();
  finish();
  expect(await (await answer).text()).toBe('done');
  await closed;
});

test('closing cuts requests that exceed the grace period', async () => {
  const listener = await open();
  const { promise: arrived, resolve: onArrival } = Promise.withResolvers<void>();
  listener.serve(() => onArrival());
  const answer = fetch(`http://127.0.0.1:${listener.port}`);
  await arrived;
  const [cut] = await Promise.all([listener.close(0), expect(answer).rejects.toThrow()]);
  expect(cut).toBe(1);
});

test('a listener that drains ends each connection with its response, also that of a running request, and takes new ones', async () => {
  const listener = await open();
  const { promise: arrived, resolve: onArrival } = Promise.withResolvers<() => void>();
  listener.serve((request, response) => {
    if (request.url === '/slow') onArrival(() => response.end('done'));
    else response.end('done');
  });
  const origin = `http://127.0.0.1:${listener.port}`;
  const endsConnection = async (answer: Response | Promise<Response>) =>
    (await answer).headers.get('connection') === 'close';
  expect(await endsConnection(fetch(origin))).toBe(false);
  const slow = fetch(`${origin}/slow`);
  const finish = await arrived;

  listener.drain();
  finish();
  expect(await endsConnection(slow)).toBe(true);
  expect(await endsConnection(fetch(origin))).toBe(true);
  expect(await listener.close()).toBe(0);
});

test('idle connections stay open for longer than load balancers keep them', async () => {
  const listener = await open();
  listener.serve((_, response) => response.end());
  const { headers } = await fetch(`http://127.0.0.1:${listener.port}`);
  expect(headers.get('keep-alive')).toBe('timeout=75');
  await listener.close();
});
