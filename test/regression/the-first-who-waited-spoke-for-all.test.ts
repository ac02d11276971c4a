import { expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { openSession, polled } from '../support/watch.ts';

const polls = async (t: TestWorld) =>
  reachedAdobe(await t.control.requests()).filter(({ operation }) => operation === 'profiles.code');

test('polls go out as the device that created the code, whoever waits and whoever came first', async () => {
  const clock = createManualClock();
  await using t = await startGateway({ overrides: { clock } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const laptop = await t.signIn(t.device('laptop'), 'ben');
  const { code } = await openSession(tv);
  const path = `/REF30/profiles/code/${code}`;

  const leaving = new AbortController();
  const first = fetch(`${t.origin}/api/v2${path}`, {
    headers: {
      ...laptop.headers,
      authorization: `Bearer ${laptop.tokens?.accessToken}`,
      'user-agent': 'Laptop/1.0',
      prefer: 'wait=25',
    },
    signal: leaving.signal,
  }).catch(() => undefined);
  await polled(t);
  const second = tv.call(path, { headers: { prefer: 'wait=25', 'user-agent': 'TV/2.0' } });
  const alone = laptop.call(path, { headers: { prefer: 'wait=25', 'ap-temppass-identity': 'ben' } });
  await polled(t, 2);
  leaving.abort();
  await first;
  await clock.advance(4_000);
  await polled(t, 4);

  const sent = await polls(t);
  const own = sent.filter(({ headers }) => headers['ap-temppass-identity'] === 'ben');
  const shared = sent.filter(({ headers }) => headers['ap-temppass-identity'] === undefined);
  expect([own.length, shared.length]).toEqual([2, 2]);
  for (const { headers } of own) expect(headers['x-forwarded-for']).toBe(laptop.address);
  for (const { headers } of shared) {
    expect(headers).toMatchObject({
      'x-forwarded-for': tv.address,
      'user-agent': 'KinpassStory/1.0',
      'ap-device-identifier': tv.headers['ap-device-identifier'],
    });
  }
  await clock.advance(25_000);
  expect(await Promise.all([second, alone])).toMatchObject([{ status: 200 }, { status: 200 }]);
});

test('who waits for a code is told when its device gets another one', async () => {
  const clock = createManualClock();
  await using t = await startGateway({ overrides: { clock } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { code } = await openSession(tv);
  const waiting = tv.call(`/REF30/profiles/code/${code}`, { headers: { prefer: 'wait=25' } });
  await polled(t);
  await openSession(tv);
  await clock.advance(4_000);
  expect(await waiting).toMatchObject({
    status: 400,
    body: { code: 'gateway_code_expired', action: 'authentication' },
  });
});
