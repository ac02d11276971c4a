import { expect, test } from 'vitest';
import { call, startGatewaySide } from './gateway-side.ts';
import { session } from './scripted-adobe.ts';

const path = '/api/v2/REF30/sessions';

test('the form carries what was given, and nothing else', async () => {
  await using side = await startGatewaySide();
  const form = { mvpd: 'Cablevision', redirectUrl: 'https://adobe.com/?a=b&c=d', ...{ admin: 'true' } };
  await side.pass.createSession({ ...call, form });
  await side.pass.resumeSession({ ...call, code: '8ER640M', form: { domainName: 'adobe.com' } });
  expect(side.adobe.heardAt(path).map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
    { mvpd: 'Cablevision', redirectUrl: 'https://adobe.com/?a=b&c=d' },
    { domainName: 'adobe.com' },
  ]);
});

test.each([
  '/api/v2/authenticate/REF30/8ER640M',
  'https://sp.auth.adobe.com/api/v2/authenticate/REF30/8ER640M?x=%7e',
  'com.example.app:/next',
])('the url %s of a session is passed on as it came', async (url) => {
  await using side = await startGatewaySide();
  side.adobe.at(path, { body: { ...session, url } });
  const created = await side.pass.createSession({ ...call, form: { mvpd: 'Cablevision' } });
  expect(created.bytes?.toString()).toBe(JSON.stringify({ ...session, url }));
});

const interactive = { actionName: 'logout', actionType: 'interactive' };

/** What apps get for these URLs of a logout. */
const logoutUrls = async (urls: readonly string[], logoutUrl: 'absolute' | 'asSent' = 'absolute') => {
  await using side = await startGatewaySide({ logoutUrl });
  const logouts = Object.fromEntries(urls.map((url, index) => [`mvpd${index}`, { ...interactive, url }]));
  side.adobe.at('/api/v2/REF30/logout/', { body: { logouts } });
  const answer = await side.pass.logOut({ ...call, mvpd: 'Cablevision' });
  const sent = Object.values(answer.body['logouts'] as Record<string, { url: string }>);
  return sent.map(({ url }) => url.replace(side.adobe.origin, '(Adobe)'));
};

test.each([
  [
    "/adobe-services/logout?mso_id=X&SAMLRequest=a%2b%7E'(b)",
    "(Adobe)/adobe-services/logout?mso_id=X&SAMLRequest=a%2b%7E'(b)",
  ],
  ['/a/../b', '(Adobe)/a/../b'],
  ['adobe-services/logout', '(Adobe)/adobe-services/logout'],
  ['//mvpd.example/logout', 'http://mvpd.example/logout'],
  ['https://MVPD.example/logout?x=%7e', 'https://MVPD.example/logout?x=%7e'],
  ['com.example.app:/signed-out', 'com.example.app:/signed-out'],
])('the url %s of a logout is %s', async (url, expected) => {
  expect(await logoutUrls([url])).toEqual([expected]);
  expect(await logoutUrls([url, '/x'])).toEqual([expected, '(Adobe)/x']);
  expect(await logoutUrls([url], 'asSent')).toEqual([url]);
});

test('a logout tells Adobe where the browser returns to', async () => {
  await using side = await startGatewaySide();
  const redirectUrl = 'https://adobe.com/?bye=1&x=2';
  await side.pass.logOut({ ...call, mvpd: 'Cablevision', redirectUrl });
  const { searchParams } = new URL(side.adobe.heardAt('/api')[0]?.path ?? '', side.adobe.origin);
  expect([...searchParams]).toEqual([['redirectUrl', redirectUrl]]);
});
