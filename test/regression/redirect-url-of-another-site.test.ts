import { defaultFixtures } from '@kinpass/simulator';
import type { ApiAnswer, Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** Where a viewer would have landed after the login at the TV provider. */
const bent = [
  'https:evil.example',
  'https:\\\\evil.example',
  'https://adobe.com@evil.example',
  'https://adobe.com\\.evil.example',
  'intent://evil.example#Intent;end',
  'about:blank',
  'javascript:alert(1)',
  'evil:phish',
];
const foreign = ['https://evil.example/phish', 'https://adobe.com.evil.example/', 'https://notadobe.com/'];
const own = ['https://adobe.com', 'https://www.adobe.com/in?x=1', 'com.example.ref30:/in'];

let t: TestWorld;
let tv: Device;
let phone: Device;
let code: string;
beforeAll(async () => {
  t = await startGateway({
    settings: {
      apps: defaultFixtures.apps.map(({ id, name, serviceProviders, redirectUris, softwareStatement }) => ({
        id,
        name,
        family: 'ref',
        serviceProviders: [...serviceProviders],
        softwareStatement,
        redirectUris: [...redirectUris],
        ...(id === 'ref30-tv' && { redirectDomains: ['adobe.com'], redirectSchemes: ['com.example.ref30'] }),
      })),
    },
  });
  tv = t.device('tv');
  phone = t.device('laptop');
  await tv.register();
  await phone.register();
  const other = t.device('tv', { id: 'another TV' });
  await other.register();
  code = String((await other.createSession({ mvpd: 'Cablevision', domainName: 'adobe.com' })).body['code']);
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

const form = (redirectUrl: string) => ({ mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl });
const ways: [string, (redirectUrl: string, device: Device) => Promise<ApiAnswer>][] = [
  ['a session', (redirectUrl, device) => device.createSession(form(redirectUrl))],
  [
    'a resumed session',
    (redirectUrl, device) =>
      device.call(`/REF30/sessions/${code}`, { method: 'POST', form: form(redirectUrl) }),
  ],
  [
    'a logout',
    (redirectUrl, device) => device.call(`/REF30/logout/Cablevision?${new URLSearchParams({ redirectUrl })}`),
  ],
];

describe.each(ways)('redirectUrl of %s', (_what, send) => {
  test.each([...bent, ...foreign])('%s is refused, and nothing reaches Adobe', async (redirectUrl) => {
    const answer = await send(redirectUrl, tv);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: expect.stringMatching(/^(gateway_parameter_invalid|invalid_parameter_redirect_url)$/),
      message: expect.stringContaining('(field redirectUrl)'),
    });
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });

  test.each(own)('%s is the app’s own', async (redirectUrl) => {
    await send(redirectUrl, tv);
    expect(reachedAdobe(await t.control.requests())).not.toEqual([]);
  });

  test('any host of the service provider passes for an app that has registered nothing', async () => {
    await send('https://www.testadobe.com/in', phone);
    expect(reachedAdobe(await t.control.requests())).not.toEqual([]);
  });
});
