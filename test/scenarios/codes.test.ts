import { defaultFixtures } from '@kinpass/simulator';
import { expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

const twoFamilies = (): Partial<ConfigInput> => ({
  families: ['one', 'two'].map((id) => ({
    id,
    identityProviders: ['dtc'],
    serviceToken: { issuer: `https://${id}.example` },
  })),
  // Both may name REF30, so that only the family can tell them apart.
  apps: defaultFixtures.apps.map(({ redirectUris, ...app }) => ({
    ...app,
    family: app.id === 'ref40-phone' ? 'two' : 'one',
    redirectUris: [...redirectUris],
    serviceProviders: ['REF30', 'REF40'],
  })),
});

test('a code of another family is as unknown as one that never was, and nobody asks Adobe', async () => {
  await using t = await startGateway({ settings: twoFamilies() });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { body } = await tv.createSession({});
  const stranger = await t.signIn(t.device('phone'), 'ana');
  await t.control.clearRequests();

  const form = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };
  const ask = async (code: string) => {
    const answers = [
      await stranger.call(`/REF30/profiles/code/${code}`),
      await stranger.call(`/REF30/sessions/${code}`),
      await stranger.call(`/REF30/sessions/${code}`, { method: 'POST', form }),
      await stranger.call(`/REF30/profiles/code/${code}`, { headers: { prefer: 'wait=1' } }),
    ];
    return answers.map(({ status, body: { trace: _, ...rest } }) => ({ status, rest }));
  };
  const theirs = await ask(String(body['code']));
  expect(theirs).toEqual(await ask('ZZZZZZZ'));
  expect(theirs[0]).toMatchObject({ status: 400, rest: { code: 'invalid_authentication_session' } });
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});

test('a code made for one service provider is unknown under another', async () => {
  await using t = await startGateway({ settings: twoFamilies() });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { body } = await tv.createSession({});
  expect((await tv.call(`/REF40/profiles/code/${body['code']}`)).body).toMatchObject({
    code: 'invalid_authentication_session',
  });
});

test('who polls a code of another device asks with that device’s credentials, and shows none of its own', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { body } = await tv.createSession({
    mvpd: 'Cablevision',
    domainName: 'adobe.com',
    redirectUrl: 'https://adobe.com',
  });
  const laptop = await t.signIn(t.device('laptop'), 'ana');
  await tv.profileByCode(String(body['code']));
  await laptop.profileByCode(String(body['code']));

  const [own, foreign] = reachedAdobe(await t.control.requests()).filter(
    ({ operation }) => operation === 'profiles.code',
  );
  expect(own?.headers['ap-device-identifier']).toBe(tv.headers['ap-device-identifier']);
  expect(foreign?.headers['authorization']).toBe(own?.headers['authorization']);
  expect(foreign?.headers['x-forwarded-for']).toBe(laptop.address);
  expect(foreign?.headers).not.toHaveProperty('ap-device-identifier');
  expect(foreign?.headers).not.toHaveProperty('x-device-info');
});

test('a profile that comes is streamed to who waits for it', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const code = await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  const response = await fetch(`${t.origin}/api/v2/REF30/profiles/code/${code}`, {
    headers: {
      ...tv.headers,
      authorization: `Bearer ${tv.tokens?.accessToken}`,
      accept: 'text/event-stream',
    },
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const [, data] = /^event: profile\ndata: (.*)\n\n$/.exec(await response.text()) ?? [];
  expect(JSON.parse(data ?? '{}')).toMatchObject({ profiles: { Cablevision: { type: 'regular' } } });
});
