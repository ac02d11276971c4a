import { expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

const six = [
  'decisions.authorize',
  'decisions.preauthorize',
  'logout',
  'profiles.all',
  'profiles.mvpd',
  'sessions.create',
];

test('the service token leaves on exactly six operations, verified, and to Adobe only', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.call('/REF30/configuration');
  const { body } = await tv.createSession({});
  await tv.call(`/REF30/sessions/${body['code']}`);
  await tv.call(`/REF30/sessions/${body['code']}`, { method: 'POST', form: { mvpd: 'Cablevision' } });
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));

  const phone = await t.signIn(t.device('phone'), 'ana', 'google');
  await phone.profiles();
  await phone.profile('Cablevision');
  await phone.preauthorize('Cablevision', ['REF40']);
  await phone.authorize('Cablevision', ['REF40']);
  await phone.logout('Cablevision', 'https://adobe.com');

  const requests = await t.control.requests();
  const carrying = requests.filter(({ headers }) => 'ad-service-token' in headers);
  expect([...new Set(carrying.map(({ operation }) => operation))].sort()).toEqual(six);
  expect(carrying.every(({ party, serviceToken }) => party === 'adobe' && serviceToken?.verified)).toBe(true);
  expect(reachedAdobe(requests).filter(({ operation }) => six.includes(operation))).toHaveLength(
    carrying.length,
  );

  const claims = carrying[0]?.serviceToken?.claims ?? {};
  expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sub']);
  // `sub` and `jti` are random, and could spell a name by chance: their form shows that they are no name.
  expect(claims).toMatchObject({
    sub: expect.stringMatching(/^[\w-]{43}$/),
    jti: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
    iss: 'https://sso.ref.example',
    aud: 'adobe',
  });
});

test('nothing that an app sends becomes a header of ours at Adobe', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.control.clearRequests();
  await tv.call('/REF30/profiles', {
    headers: {
      'AD-Service-Token': 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW4ifQ.',
      AD_Service_Token: 'forged',
      'X-Forwarded-Host': 'evil.example',
      'X-Real-IP': '6.6.6.6',
      'X-SSO-ID': 'ben',
      Connection: 'close, ad-service-token, authorization, x-forwarded-for',
      Cookie: 'a=b',
    },
  });
  const [sent] = reachedAdobe(await t.control.requests()).filter(
    ({ operation }) => operation === 'profiles.all',
  );
  expect(sent?.serviceToken?.verified).toBe(true);
  expect(sent?.headers['x-forwarded-for']).toBe(tv.address);
  expect(Object.keys(sent?.headers ?? {}).sort()).toEqual([
    'accept',
    'accept-encoding',
    'ad-service-token',
    'ap-device-identifier',
    'authorization',
    'connection',
    'host',
    'user-agent',
    'x-device-info',
    'x-forwarded-for',
  ]);
});

test('the device’s own address reaches Adobe, inside its description too', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  const [sent] = reachedAdobe(await t.control.requests()).filter(
    ({ operation }) => operation === 'profiles.all',
  );
  const info = JSON.parse(Buffer.from(String(sent?.headers['x-device-info']), 'base64').toString());
  expect(info).toMatchObject({ model: 'LivingRoom55', connectionIp: tv.address });
});

test('an address that the app claims never reaches Adobe, and its port only where nobody knows better', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const claimed = { model: 'LivingRoom55', connectionIp: '6.6.6.6', connectionPort: '666' };
  const headers = {
    ...tv.headers,
    'x-device-info': Buffer.from(JSON.stringify(claimed)).toString('base64'),
  };
  await t.control.clearRequests();
  await tv.call('/REF30/profiles', { headers });
  await tv.call('/REF30/profiles', { headers: { ...headers, 'x-forwarded-for': `${tv.address}:4711` } });
  const infos = reachedAdobe(await t.control.requests())
    .filter(({ operation }) => operation === 'profiles.all')
    .map((sent) => JSON.parse(Buffer.from(String(sent.headers['x-device-info']), 'base64').toString()));
  const own = { model: 'LivingRoom55', connectionIp: tv.address };
  expect(infos.map((info) => info.connectionPort)).toEqual(['666', '4711']);
  for (const info of infos) expect(info).toMatchObject(own);
});

test('redirects of Adobe are not followed', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  await t.control.clearRequests();
  await t.control.fault({
    match: { operation: 'profiles.all' },
    fault: { kind: 'status', status: 307, headers: { location: `${t.simulator.origins.mvpd}/canary` } },
  });
  expect((await tv.profiles()).status).toBe(502);
  expect((await t.control.requests()).filter(({ party }) => party === 'mvpd')).toEqual([]);
});
