import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from '#src/browser/browser';
import { systemIds } from '#src/lib/ids';
import { stepwise } from '../world.ts';
import { seen } from '../xacml/other-xml.ts';
import { redirectQuery } from './other-saml.ts';
import { type Mvpds, postedBy, startMvpds } from './stage.ts';

let t: Mvpds;
beforeAll(async () => {
  t = await startMvpds();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.mvpd.reset());

const signIn = async (browser: Browser, mvpd = 'Cablevision', user = 'ana') => {
  const { page } = await t.signIn(mvpd, user, { browser });
  const { subscriber } = await t.consume(postedBy(page).fields);
  if (!subscriber) throw new Error('nobody signed in');
  return subscriber;
};
const signOutUrl = async (
  subscriber: Awaited<ReturnType<typeof signIn>>,
  mvpd = 'Cablevision',
  request = systemIds.secret(),
) => {
  const step = await t.saml.login.signOut({
    mvpd: t.mvpdNamed(mvpd),
    serviceProvider: 'REF30',
    request,
    subscriber,
  });
  return { url: step.url, request };
};
const isSignedIn = async (browser: Browser, mvpd = 'Cablevision') =>
  postedBy((await t.arrive(mvpd, { browser })).page).fields.has('SAMLResponse');
const comeBack = (location: string | undefined) => {
  const octets = new URL(String(location)).search.slice(1);
  const back = { query: new URLSearchParams(octets), octets, form: new URLSearchParams() };
  return t.saml.login.signOutReturns[0]?.read(back);
};

const requested = async (location: string | undefined) => {
  const octets = new URL(String(location)).search.slice(1);
  const [service] = t.saml.login.signOutRequests;
  if (!service) throw new Error('no Single Logout service');
  return service.read({ query: new URLSearchParams(octets), octets, form: new URLSearchParams() });
};

describe.each(['Cablevision', 'ValleyTel'])('%s', (mvpd) => {
  const user = mvpd === 'ValleyTel' ? 'ben' : 'ana';

  test('ends the session that Adobe names, and responds to Adobe', async () => {
    const browser = stepwise();
    const { url, request } = await signOutUrl(await signIn(browser, mvpd, user), mvpd);
    const reply = await browser.open(url);
    expect(await comeBack(reply.headers.location)).toEqual({ request });
    expect(await isSignedIn(browser, mvpd)).toBe(false);
  });
});

test('a session ends in whichever browser the logout is opened', async () => {
  const browser = stepwise();
  const { url } = await signOutUrl(await signIn(browser));
  await stepwise().open(url);
  expect(await isSignedIn(browser)).toBe(false);
});

test('another session of the same subscriber remains', async () => {
  const [living, bedroom] = [stepwise(), stepwise()];
  await signIn(living);
  await living.open((await signOutUrl(await signIn(bedroom))).url);
  expect(await isSignedIn(living)).toBe(true);
  expect(await isSignedIn(bedroom)).toBe(false);
});

test('a session with another NameID remains, and Adobe is informed', async () => {
  const browser = stepwise();
  const ana = await signIn(browser);
  const session = { ...(ana.session as { nameId: object }) };
  const { url } = await signOutUrl({
    ...ana,
    session: { ...session, nameId: { ...session.nameId, value: 'x' } } as never,
  });
  const location = (await stepwise().open(url)).headers.location;
  const { inflateRawSync } = await import('node:zlib');
  const message = new URL(String(location)).searchParams.get('SAMLResponse') ?? '';
  expect(JSON.stringify(seen(inflateRawSync(Buffer.from(message, 'base64')).toString()))).toContain(
    'status:Requester',
  );
  expect(await isSignedIn(browser)).toBe(true);
});

test('the request matches Adobe’s page', async () => {
  const { url, request } = await signOutUrl(await signIn(stepwise()));
  const { inflateRawSync } = await import('node:zlib');
  const query = new URL(url).searchParams;
  const message = Buffer.from(query.get('SAMLRequest') ?? '', 'base64');
  const [name, attributes, ...children] = seen(inflateRawSync(message).toString());
  expect(name).toBe('{urn:oasis:names:tc:SAML:2.0:protocol}LogoutRequest');
  expect(attributes).toMatchObject({
    ID: `_${request}`,
    Reason: 'urn:oasis:names:tc:SAML:2.0:logout:user',
    Destination: `${t.origins.mvpd}/Cablevision/saml/slo`,
  });
  expect(children.map((child) => child[0])).toEqual([
    '{urn:oasis:names:tc:SAML:2.0:assertion}Issuer',
    '{urn:oasis:names:tc:SAML:2.0:assertion}NameID',
    '{urn:oasis:names:tc:SAML:2.0:protocol}SessionIndex',
  ]);
  expect(query.get('RelayState')).toBe(request);
});

describe('an invalid LogoutResponse is rejected', () => {
  const answer = async () => {
    const { url } = await signOutUrl(await signIn(stepwise()));
    return String((await stepwise().open(url)).headers.location);
  };
  test.each<[string, (url: string) => string]>([
    ['unsigned', (url) => url.replace(/&Signature=.*/, '')],
    ['another RelayState', (url) => url.replace(/RelayState=[^&]*/, `RelayState=${systemIds.secret()}`)],
    ['another algorithm', (url) => url.replace('rsa-sha256', 'rsa-sha1')],
    ['a parameter twice', (url) => `${url}&RelayState=x`],
  ])('%s', async (_, change) => {
    await expect(comeBack(change(await answer()))).rejects.toMatchObject({
      error: { code: 'invalid_authentication_session' },
    });
  });
});

describe('a signed LogoutResponse is rejected', () => {
  const request = systemIds.secret();
  const logoutPath = '/sp/saml/LogoutServiceHTTPRedirectResponse';
  const said = async (differences: {
    id?: string;
    destination?: string;
    issuer?: string;
    relayState?: string;
  }) => {
    const {
      id = `_${request}`,
      destination = t.origins.adobe + logoutPath,
      issuer = 'Cablevision',
    } = differences;
    const xml = `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${destination}" ID="_one" InResponseTo="${id}" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${t.origins.mvpd}/${issuer}/saml</saml:Issuer></samlp:LogoutResponse>`;
    const key = await t.mvpd.keysOf('Cablevision').privateKey();
    const query = redirectQuery(xml, key, differences.relayState ?? request, 'SAMLResponse');
    return comeBack(`${t.origins.adobe}${logoutPath}?${query}`);
  };

  test('but not the correct one', async () => {
    expect(await said({})).toEqual({ request });
  });

  test.each([
    ['for another request', { id: `_${systemIds.secret()}` }],
    ['with another RelayState', { relayState: systemIds.secret() }],
    ['for no request', { id: '' }],
    ['for somebody else', { destination: 'https://evil.example/' }],
    ['in the name of another MVPD', { issuer: 'ValleyTel' }],
  ])('%s', async (_, differences) => {
    await expect(said(differences)).rejects.toMatchObject({
      error: { code: 'invalid_authentication_session' },
    });
  });
});

test.each(['Dish', 'Spectrum', 'Nobody'])('%s has no SAML logout', async (mvpd) => {
  const reply = await stepwise().open(`${t.origins.mvpd}/${mvpd}/saml/slo`);
  expect([400, 404]).toContain(reply.status);
});

const signOutAt = async (browser: Browser, mvpd: string) => {
  const page = await browser.open(`${t.origins.mvpd}/${mvpd}/logout`);
  return browser.post(t.origins.mvpd + postedBy(page).url, {});
};

describe('a subscriber signs out at the MVPD itself', () => {
  test('with an agreement, the browser goes to Adobe, with a request that it accepts', async () => {
    const browser = stepwise();
    const { session } = await signIn(browser);
    const { headers } = await signOutAt(browser, 'Cablevision');
    const { mvpd, isOf } = await requested(headers.location);
    expect([mvpd, isOf(session), isOf(null)]).toEqual(['Cablevision', true, false]);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('Adobe sends it back to the MVPD, once', async () => {
    const browser = stepwise();
    await signIn(browser);
    const { headers } = await signOutAt(browser, 'Cablevision');
    const { next } = await requested(headers.location);
    expect((await browser.open(next.url)).html).toContain('You are signed out of Optimum and of its apps');
    expect((await browser.open(next.url)).status).toBe(400);
  });

  test('another session of the same subscriber is not in the request', async () => {
    const [living, bedroom] = [stepwise(), stepwise()];
    const { session } = await signIn(living);
    await signIn(bedroom);
    const { isOf } = await requested((await signOutAt(bedroom, 'Cablevision')).headers.location);
    expect(isOf(session)).toBe(false);
  });

  test.each(['Dish', 'Spectrum'])('without one (%s), it ends there', async (mvpd) => {
    const browser = stepwise();
    await t.signIn(mvpd, mvpd === 'Dish' ? 'ben' : 'chloe', { browser });
    expect((await signOutAt(browser, mvpd)).html).toMatch(/You are signed out of \w+\./);
  });

  test('a browser without a session goes nowhere', async () => {
    expect((await signOutAt(stepwise(), 'Cablevision')).html).toContain('You are signed out of Optimum.');
  });
});

describe('a LogoutRequest to Adobe is rejected', () => {
  const service = '/sp/saml/LogoutServiceHTTPRedirect';
  const asked = async ({
    issuer = 'Cablevision',
    destination = t.origins.adobe + service,
    at = t.clock.now(),
    name = 'LogoutRequest',
    nameId = '<saml:NameID>subscriber</saml:NameID>',
    index = '',
    signer = 'Cablevision',
  }) => {
    const xml = `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Destination="${destination}" ID="_one" IssueInstant="${new Date(at).toISOString()}" Version="2.0"><saml:Issuer>${t.origins.mvpd}/${issuer}/saml</saml:Issuer>${nameId}${index}</samlp:${name}>`;
    const key = await t.mvpd.keysOf(signer).privateKey();
    return requested(`${t.origins.adobe}${service}?${redirectQuery(xml, key, undefined)}`);
  };
  const session = {
    protocol: 'saml',
    assertion: '_a',
    nameId: { value: 'subscriber', format: '', nameQualifier: null, spNameQualifier: null },
    sessionIndex: '_i',
  };

  test('but not the correct one, which without an index ends all sessions of the subscriber', async () => {
    const { isOf } = await asked({});
    const issuer = `${t.origins.mvpd}/Cablevision/saml`;
    expect(isOf({ ...session, issuer })).toBe(true);
    expect(isOf({ ...session, issuer: `${t.origins.mvpd}/AdobeShibboleth/saml` })).toBe(false);
    expect(isOf({ ...session, issuer, nameId: { ...session.nameId, value: 'another' } })).toBe(false);
  });

  test.each<[string, Parameters<typeof asked>[0]]>([
    ['in the name of another MVPD', { issuer: 'AdobeShibboleth' }],
    ['for somebody else', { destination: 'https://evil.example/' }],
    ['of another kind', { name: 'LogoutResponse' }],
    ['without a subscriber', { nameId: '' }],
    ['that is old', { at: 0 }],
  ])('%s', async (_, differences) => {
    await expect(asked(differences)).rejects.toMatchObject({
      error: { code: 'invalid_authentication_session' },
    });
  });

  test('without a signature', async () => {
    const browser = stepwise();
    await signIn(browser);
    const { headers } = await signOutAt(browser, 'Cablevision');
    await expect(requested(headers.location?.replace(/&Signature=.*/, ''))).rejects.toMatchObject({
      error: { code: 'invalid_authentication_session' },
    });
  });
});
