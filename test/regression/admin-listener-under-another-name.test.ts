import { expect, test } from 'vitest';
import { sendLines } from '../support/raw-request.ts';
import { startGateway } from '../support/start-gateway.ts';

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
