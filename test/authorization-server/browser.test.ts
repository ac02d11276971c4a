import { once } from 'node:events';
import { get } from 'node:http';
import got from 'got';
import { expect, test } from 'vitest';
import { disconnectSignal, seeOther } from '#src/authorization-server/sign-in/browser';
import { startKoa } from './koa-server.ts';

test.each(['GET', 'POST'] as const)('a %s is redirected by GET', async (method) => {
  await using server = await startKoa((ctx) => seeOther(ctx, 'https://op.example/authorize?x=1'));
  const answer = await got(server.origin, { method, followRedirect: false });
  expect(answer.statusCode).toBe(303);
  expect(answer.headers.location).toBe('https://op.example/authorize?x=1');
});

test('what is done for a browser ends when the browser disconnects, not before', async () => {
  const arrived = Promise.withResolvers<AbortSignal>();
  const aborted = Promise.withResolvers<void>();
  await using server = await startKoa(async (ctx) => {
    const signal = disconnectSignal(ctx);
    signal.addEventListener('abort', () => aborted.resolve());
    arrived.resolve(signal);
    await aborted.promise;
  });
  const browser = get(server.origin);
  const signal = await arrived.promise;
  expect(signal.aborted).toBe(false);
  const gone = once(browser, 'error');
  browser.destroy();
  await Promise.all([aborted.promise, gone]);
  expect(signal.aborted).toBe(true);
});
