import { expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { connectAsProxy, exchange } from '../support/proxied.ts';
import { startGateway } from '../support/start-gateway.ts';

test('address and port of the PROXY protocol reach Adobe, whatever headers say', async () => {
  await using t = await startGateway({
    settings: { public: { clientAddress: { from: 'proxyProtocol' } }, trustedProxies: ['127.0.0.2'] },
  });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.control.clearRequests();
  const authorization = `Bearer ${tv.tokens?.accessToken}`;
  const lines = Object.entries({
    ...tv.headers,
    authorization,
    'x-forwarded-for': '6.6.6.6:666',
    forwarded: 'for=6.6.6.6',
  });
  const request = [
    'GET /api/v2/REF30/profiles HTTP/1.1',
    'Host: localhost',
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
  const socket = await connectAsProxy(Number(new URL(t.origin).port));
  const header = 'PROXY TCP4 203.0.113.77 192.0.2.1 4711 443\r\n';
  expect(await exchange(socket, `${header}${request}\r\n\r\n`, '"profiles"')).toContain('200 OK');
  socket.destroy();
  const [sent] = reachedAdobe(await t.control.requests()).filter(
    ({ operation }) => operation === 'profiles.all',
  );
  const info = JSON.parse(Buffer.from(String(sent?.headers['x-device-info']), 'base64').toString());
  expect(sent?.headers['x-forwarded-for']).toBe('203.0.113.77');
  expect(info).toMatchObject({ connectionIp: '203.0.113.77', connectionPort: '4711' });
});
