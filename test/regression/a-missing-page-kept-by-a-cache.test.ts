import got from 'got';
import { expect, test } from 'vitest';
import { startGateway } from '../support/start-gateway.ts';

// A cache may keep a 404 as long as it likes, unless told otherwise: during a rolling start, one gateway answered 404 for
// the style sheet that the other one's pages name.
test.each(['/assets/of-another-start/style', '/nothing', '/v1/probe/no-id', '/errors/nothing'])(
  'no cache keeps that %s is an error',
  async (path) => {
    await using t = await startGateway();
    for (const accept of ['*/*', 'text/html']) {
      const answer = await got(`${t.origin}${path}`, { headers: { accept }, throwHttpErrors: false });
      expect([answer.statusCode >= 400, answer.headers['cache-control']]).toEqual([true, 'no-store']);
    }
  },
);
