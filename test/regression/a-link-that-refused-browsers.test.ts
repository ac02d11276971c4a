import got from 'got';
import { expect, test } from 'vitest';
import { demoGuide } from '#src/cli/demo/guide';
import { startGateway } from '../support/start-gateway.ts';

// The first page of the demo linked to the admin listener, which refuses whoever comes from another site.
test('whoever follows a link of the first page gets there', async () => {
  await using t = await startGateway({ guide: demoGuide });
  const page = await got(t.origin, { headers: { accept: 'text/html' } }).text();
  const links = [...page.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => new URL(href, t.origin));
  expect(links.length).toBeGreaterThan(4);
  const asBrowsersDo = { accept: 'text/html', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  for (const link of links) {
    const { statusCode } = await got(link, { headers: asBrowsersDo, throwHttpErrors: false });
    expect([link.href, statusCode]).toEqual([link.href, 200]);
  }
});
