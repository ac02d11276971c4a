import { signInOnTv } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

test('a client written for Adobe needs another host and nothing else', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  await tv.register();
  expect(reachedAdobe(await t.control.requests())).toEqual([]);

  const code = await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  expect(profileTypes(await tv.profileByCode(code))).toEqual({ Cablevision: 'regular' });
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });

  const requests = reachedAdobe(await t.control.requests());
  expect(requests.filter(({ headers }) => 'ad-service-token' in headers)).toEqual([]);
  expect(requests.filter(({ operation }) => operation === 'dcr.register')).toHaveLength(1);
});

test('when the instance later signs a viewer in, the viewer keeps the profile and shares it', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  await tv.register();
  const clientToken = tv.tokens;
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');

  await signInOnTv(tv, { browser: t.browser(), provider: 'dtc', user: t.user('ana') });
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });

  // Nobody signed in: the profile went with the viewer.
  tv.use(clientToken);
  expect(profileTypes(await tv.profiles())).toEqual({});
});

test('two installations of one app are two clients at Adobe', async () => {
  await using t = await startGateway();
  const [one, other] = [t.device('tv'), t.device('tv', { id: 'another-tv' })];
  await one.register();
  await other.register();
  await t.logInAtMvpd(one, 'ana', 'Cablevision');
  expect(profileTypes(await one.profiles())).toEqual({ Cablevision: 'regular' });
  expect(profileTypes(await other.profiles())).toEqual({});
});

test('an app on the web may be called from its own origin, and from no other', async () => {
  await using t = await startGateway();
  const laptop = await t.signIn(t.device('laptop'), 'ana');
  const from = (origin: string) => laptop.call('/REF30/profiles', { headers: { origin } });
  expect((await from('http://localhost:8090')).headers['access-control-allow-origin']).toBe(
    'http://localhost:8090',
  );
  for (const origin of ['null', 'https://evil.example', 'http://localhost:8090.evil.example']) {
    const { headers } = await from(origin);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
  const phone = await t.signIn(t.device('phone'), 'ana');
  const foreign = await phone.call('/REF40/profiles', { headers: { origin: 'http://localhost:8090' } });
  expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
});
