import got from 'got';
import { expect, test } from 'vitest';
import { startGateway } from '../support/start-gateway.ts';

// Browsers kept the first page for a minute and the way to its icon for five: after a reload with another brand they
// asked for files that were gone, and showed the page without any style.
test('nothing that names a file of the brand outlives a reload', async () => {
  await using t = await startGateway();
  const seen = async (path: string) => {
    const headers = { accept: 'text/html' };
    const answer = await got(`${t.origin}${path}`, { headers, followRedirect: false });
    return answer.headers['cache-control'];
  };
  expect(await seen('/')).toBe('no-store');
  expect(await seen('/errors/gateway_not_found')).toBe('no-store');
  expect(await seen('/favicon.ico')).toBe('no-cache');
});
