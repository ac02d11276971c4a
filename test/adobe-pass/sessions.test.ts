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

test('the URL that a browser opens is on Adobe’s host', async () => {
  await using side = await startGatewaySide();
  const url = `${side.adobe.origin}/api/v2/authenticate/REF30/8ER640M`;
  const created = await side.pass.createSession({ ...call, form: { mvpd: 'Cablevision' } });
  const resumed = await side.pass.resumeSession({ ...call, code: '8ER640M', form: { mvpd: 'Cablevision' } });
  expect([created.body['url'], resumed.body['url']]).toEqual([url, url]);
  expect(side.pass.authenticateUrl({ serviceProvider: 'REF30', code: '8ER640M' }).href).toBe(url);
});

test('a URL that names the next call stays relative', async () => {
  await using side = await startGatewaySide();
  const resume = { ...session, actionName: 'resume', actionType: 'direct', url: `${path}/8ER640M` };
  side.adobe.at(path, { body: resume });
  expect((await side.pass.createSession({ ...call, form: {} })).body).toEqual(resume);
});

test('a URL that no browser should open is no answer', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(path, { body: { ...session, url: 'javascript:alert(1)' } });
  await expect(side.pass.createSession({ ...call, form: {} })).rejects.toMatchObject({
    code: 'gateway_adobe_answer_invalid',
  });
});

test('logout URLs are absolute: Adobe’s own, or the MVPD’s as they are', async () => {
  await using side = await startGatewaySide();
  const interactive = { actionName: 'logout', actionType: 'interactive' };
  const done = { actionName: 'complete', actionType: 'none' };
  side.adobe.at('/api/v2/REF30/logout/', {
    body: {
      logouts: {
        Cablevision: { ...interactive, url: '/adobe-services/logout?mso_id=Cablevision' },
        Spectrum: { ...interactive, url: 'https://mvpd.example/logout?x=1' },
        Dish: done,
      },
    },
  });
  const redirectUrl = 'https://adobe.com/?bye=1&x=2';
  const answer = await side.pass.logOut({ ...call, mvpd: 'Cablevision', redirectUrl });
  expect(answer.body).toEqual({
    logouts: {
      Cablevision: { ...interactive, url: `${side.adobe.origin}/adobe-services/logout?mso_id=Cablevision` },
      Spectrum: { ...interactive, url: 'https://mvpd.example/logout?x=1' },
      Dish: done,
    },
  });
  const { searchParams } = new URL(side.adobe.heardAt('/api')[0]?.path ?? '', side.adobe.origin);
  expect([...searchParams]).toEqual([['redirectUrl', redirectUrl]]);
});
