import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendLines } from '../support/raw-request.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway();
  tv = t.device('tv');
  await tv.register();
});
afterAll(() => t[Symbol.asyncDispose]());

const form = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };

/** Status and Location for a request target that is sent as it is written. */
const ask = async (target: string, method = 'GET') => {
  const { statuses, text } = await sendLines(t.origin, [`${method} ${target} HTTP/1.1`, 'Host: x']);
  return { status: statuses[0], location: /^location: (.*)\r$/im.exec(text)?.[1] };
};

test('the url of a session is Adobe’s, and leads a browser there through the gateway', async () => {
  const { body } = await tv.createSession(form);
  const path = `/api/v2/authenticate/REF30/${body['code']}`;
  expect(body['url']).toBe(path);
  expect(await ask(path)).toEqual({ status: 302, location: t.simulator.origins.adobe + path });
});

test.each([
  '/api/v2/authenticate/REF30/8ER640M?x=%7e&y=a+b&z=\'"|',
  '/adobe-services/logout?SAMLRequest=%2b%7E+/=&RelayState=\'"|{}\\^`',
  '/adobe-services/a//b/../c/%2e%2E/%zz;d?',
  '/adobe-services/?//evil.example',
  '/adobe-services//evil.example/',
  '/adobe-services/\\evil.example@evil.example:80',
])('%s leads to the same at Adobe, byte for byte', async (target) => {
  expect(await ask(target)).toEqual({ status: 302, location: t.simulator.origins.adobe + target });
});

test.each(['\f', '\t', '\x01', 'é'])('bytes that no URL has (%j) are refused', async (byte) => {
  expect(await ask(`/adobe-services/a${byte}b`)).toEqual({ status: 400, location: undefined });
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s leads nowhere', async (method) => {
  for (const target of ['/adobe-services/logout', '/api/v2/authenticate/REF30/8ER640M'])
    expect(await ask(target, method)).toEqual({ status: 405, location: undefined });
});

test.each(['/adobe-services', '/adobe-services-x/y', '//adobe-services/x', '/x/adobe-services/y'])(
  '%s is nobody’s',
  async (target) => expect(await ask(target)).toEqual({ status: 404, location: undefined }),
);

/** Signs out at Adobe, which answers with this URL. */
const logoutUrl = async (world: TestWorld, url: string) => {
  const phone = await world.signIn(world.device('phone'), 'ana');
  const logouts = { Cablevision: { actionName: 'logout', actionType: 'interactive', url } };
  const body = JSON.stringify({ logouts });
  await world.control.fault({ match: { operation: 'logout' }, times: 1, fault: { kind: 'body', body } });
  const answer = await phone.logout('Cablevision', 'https://adobe.com');
  expect(answer.status).toBe(200);
  return (answer.body['logouts'] as typeof logouts).Cablevision.url;
};

const relative = '/adobe-services/logout?mso_id=Cablevision&SAMLRequest=%2b%7E';

test('a relative url of a logout is on Adobe’s host; others are as Adobe sent them', async () => {
  expect(await logoutUrl(t, relative)).toBe(t.simulator.origins.adobe + relative);
  for (const url of ['https://MVPD.example/?x=%7e', 'com.example.app:/signed-out'])
    expect(await logoutUrl(t, url)).toBe(url);
});

test('where it stays relative, the gateway leads the browser to Adobe', async () => {
  await using own = await startGateway({ settings: { adobe: { logoutUrl: 'asSent' } } });
  const url = await logoutUrl(own, relative);
  expect(url).toBe(relative);
  const { status, headers } = await fetch(own.origin + url, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([302, own.simulator.origins.adobe + relative]);
});
