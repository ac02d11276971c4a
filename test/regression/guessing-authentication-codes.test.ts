import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

test('codes cannot be guessed without end, and guessing shuts out nobody else', async () => {
  await using t = await startGateway();
  const [tv, guesser] = [t.device('tv'), t.device('laptop')];
  for (const device of [tv, guesser]) await device.register();
  const other = t.device('laptop', { id: 'another', address: '203.0.113.77' });
  await other.register();
  const session = await tv.createSession({ mvpd: 'Cablevision', domainName: 'adobe.com' });
  const code = String(session.body['code']);
  await t.control.clearRequests();

  const paths = (guess: string) => [`/REF30/profiles/code/${guess}`, `/REF30/sessions/${guess}`] as const;
  const statuses: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    for (const path of paths(`WRONG${n}`)) statuses.push((await guesser.call(path)).status);
  }
  expect(statuses).toEqual(Array(20).fill(400));

  for (const path of [...paths('WRONG'), ...paths(code)]) {
    const answer = await guesser.call(path);
    expect(answer.status).toBe(429);
    expect(answer.body).toMatchObject({ code: 'gateway_code_attempts_exceeded', action: 'retry' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(500);
  }
  const resumed = await guesser.call(`/REF30/sessions/${code}`, {
    method: 'POST',
    form: { redirectUrl: 'https://evil.example/phish' },
  });
  expect(resumed.status).toBe(429);
  const waiting = await guesser.call(paths(code)[0], { headers: { prefer: 'wait=1' } });
  expect(waiting.status).toBe(429);
  expect(reachedAdobe(await t.control.requests())).toEqual([]);

  // The TV goes on with its own code, and another device of the family that was told it.
  for (const device of [tv, other]) expect((await device.call(paths(code)[0])).status).toBe(200);
  const { text } = await request({ url: `${t.adminOrigin}/metrics` });
  expect(text).toContain('kinpass_wrong_codes_total{codes="authentication-code"} 20');
});
