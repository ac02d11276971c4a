import { expect, test } from 'vitest';
import { explain } from '#src/cli/explain';
import { type Listener, listen } from '#src/cli/listen';

const open = (port = 0): Promise<Listener> => listen({ host: '127.0.0.1', port, setting: 'public.port' });

test('a taken port is one line that names the port and the setting', async () => {
  const first = await open();
  const error: unknown = await open(first.port).catch((caught: unknown) => caught);
  expect(explain(error)).toEqual([
    `kinpass: Port ${first.port} is taken: end what uses it, or choose another with public.port.`,
  ]);
  await first.close();
});

test('a request that comes before anybody serves is answered once somebody does', async () => {
  const listener = await open();
  const answer = fetch(`http://127.0.0.1:${listener.port}`);
  listener.serve((_, response) => response.end('here'));
  expect(await (await answer).text()).toBe('here');
  await listener.close();
});

test('closing lets what runs finish and takes nothing new', async () => {
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

test('closing cuts what outlasts the grace', async () => {
  const listener = await open();
  const { promise: arrived, resolve: onArrival } = Promise.withResolvers<void>();
  listener.serve(() => onArrival());
  const answer = fetch(`http://127.0.0.1:${listener.port}`);
  await arrived;
  await Promise.all([listener.close(0), expect(answer).rejects.toThrow()]);
});
