import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { sendLines } from '../support/raw-request.ts';
import { startGateway } from '../support/start-gateway.ts';

const token = 'correct-horse-battery-staple';

test('a name that resolves to the listener is not enough: DNS rebinding ends at 421', async () => {
  await using t = await startGateway({
    settings: { admin: { allowedHosts: ['localhost', 'Kinpass.internal'] } },
  });
  const statusFor = async (host: string) => {
    const lines = ['GET /readyz HTTP/1.1', `Host: ${host}`, 'Sec-Fetch-Site: same-origin'];
    return (await sendLines(t.adminOrigin, lines)).statuses[0];
  };
  for (const host of [
    'evil.example:8081',
    'evil.example',
    'localhost.evil.example',
    '[::2]',
    '10.0.0.9:8081',
    '',
  ])
    expect([host, await statusFor(host)]).toEqual([host, 421]);
  for (const host of [
    'localhost',
    'LOCALHOST:8081',
    'kinpass.internal:1',
    '127.0.0.1',
    '[::ffff:127.0.0.1]:8081',
  ])
    expect([host, await statusFor(host)]).toEqual([host, 200]);
});

test('with a token, only health checks go without, and readiness tells its status alone', async () => {
  await using t = await startGateway({ settings: { admin: { token } } });
  const get = (path: string, authorization?: string) =>
    request({ url: t.adminOrigin + path, ...(authorization && { headers: { authorization } }) });

  expect((await get('/livez')).status).toBe(200);
  expect((await get('/readyz')).body).toEqual({ status: 'ok' });
  expect((await get('/readyz', `Bearer ${token}`)).body).toMatchObject({ checks: { store: 'ok' } });
  for (const path of ['/metrics', '/revocations', '/nowhere']) {
    for (const wrong of [
      undefined,
      'Bearer',
      `Bearer ${token}x`,
      `Basic ${token}`,
      `Bearer ${token.slice(1)}`,
    ]) {
      const answer = await get(path, wrong);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(answer.text).not.toContain(token);
    }
  }
  expect((await get('/readyz', 'Bearer wrong')).status).toBe(401);
  expect((await get('/metrics', `Bearer ${token}`)).status).toBe(200);
  expect((await get('/revocations', `bearer ${token}`)).status).toBe(200);
});

test('a token that could not be sent is refused', () => {
  for (const bad of ['short', 'with a space in the middle', '']) {
    expect(() => parseConfig({ admin: { token: bad } })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('admin.token: must be at least 16') }),
    );
  }
});
