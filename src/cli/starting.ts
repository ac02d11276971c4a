import type { RequestListener } from 'node:http';

/** The admin listener until the gateway is composed: alive, but neither started nor ready. */
export const answerWhileStarting: RequestListener = ({ url }, response) => {
  const isLive = url === '/livez';
  response
    .writeHead(isLive ? 200 : 503, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      ...(!isLive && { 'Retry-After': '1' }),
    })
    .end(JSON.stringify({ status: isLive ? 'ok' : 'starting' }));
};
