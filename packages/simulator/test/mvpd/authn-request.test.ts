import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Page } from '#src/browser/page';
import { stepwise } from '../world.ts';
import { authnRequest, redirectQuery, signedElsewhere } from './other-saml.ts';
import { consumer, entityId, type Mvpds, postedBy, responseIn, startMvpds } from './stage.ts';

let t: Mvpds;
beforeAll(async () => {
  t = await startMvpds();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.mvpd.reset());

const ssoOf = (mvpd: string): string => `${t.origins.mvpd}/${mvpd}/saml/sso`;
const requestFor = (mvpd: string, differences: Partial<Parameters<typeof authnRequest>[0]> = {}) =>
  authnRequest({ destination: ssoOf(mvpd), now: t.clock.now(), ...differences });
const adobeKey = () => t.adobeKeys.privateKey();

const byRedirect = async (mvpd: string, xml: string, { relayState = 'r', browser = stepwise() } = {}) =>
  browser.open(`${ssoOf(mvpd)}?${redirectQuery(xml, await adobeKey(), relayState)}`);
const byPost = async (mvpd: string, xml: string, { relayState = 'r', browser = stepwise() } = {}) =>
  browser.post(ssoOf(mvpd), { SAMLRequest: Buffer.from(xml).toString('base64'), RelayState: relayState });
const signedPost = async (mvpd: string, xml: string, options = {}) =>
  byPost(mvpd, signedElsewhere(xml, { key: await adobeKey() }), options);

const logIn = async (browser = stepwise(), relayState = 'r') => {
  const page = await byRedirect('Cablevision', requestFor('Cablevision'), { relayState, browser });
  return t.typeIn(browser, page, 'ana@cablevision.example', 'ana-tv');
};

describe('a request that another implementation signed', () => {
  test('is accepted by Redirect, with a detached signature', async () => {
    const page = await byRedirect('Cablevision', requestFor('Cablevision'));
    expect(page.status).toBe(200);
    expect(page.html).toContain('Sign in to Optimum');
  });

  test('is accepted by POST, with the signature inside', async () => {
    const page = await signedPost('Cablevision', requestFor('Cablevision'));
    expect(page.status).toBe(200);
    expect(page.html).toContain('Sign in to Optimum');
  });

  test('is referred to by its ID in the response', async () => {
    const { url, fields } = postedBy(await logIn());
    expect(url).toBe(consumer);
    expect(responseIn(fields)).toContain('InResponseTo="_c0fc667e-ad12-44d6-9cae-bc7cf04688f8"');
  });

  test.each(['a b+c%20&"<>é', ' ', 'x'.repeat(80)])('has its RelayState back: %j', async (relayState) => {
    expect(postedBy(await logIn(stepwise(), relayState)).fields.get('RelayState')).toBe(relayState);
  });

  test('gets no RelayState back if it had none', async () => {
    const query = redirectQuery(requestFor('Cablevision'), await adobeKey());
    const browser = stepwise();
    const page = await browser.open(`${ssoOf('Cablevision')}?${query}`);
    const answer = await t.typeIn(browser, page, 'ana@cablevision.example', 'ana-tv');
    expect(postedBy(answer).fields.has('RelayState')).toBe(false);
  });
});

describe('a session', () => {
  test('requires a password again if the request forces it', async () => {
    const browser = stepwise();
    await logIn(browser);
    const forced = requestFor('Cablevision', { attributes: 'ForceAuthn="true"' });
    expect((await byRedirect('Cablevision', forced, { browser })).text).toContain('Sign in to Optimum');
    expect(postedBy(await byRedirect('Cablevision', requestFor('Cablevision'), { browser })).url).toBe(
      consumer,
    );
  });

  test('is reported without a page if the request is passive', async () => {
    const browser = stepwise();
    await logIn(browser);
    const passive = requestFor('Cablevision', { attributes: 'IsPassive="true"' });
    const { fields } = postedBy(await byRedirect('Cablevision', passive, { browser }));
    expect(responseIn(fields)).toContain('<saml:Assertion ');
  });

  test('is reported as NoPassive if there is none and the request is passive', async () => {
    const passive = requestFor('Cablevision', { attributes: 'IsPassive="true"' });
    const page = await byRedirect('Cablevision', passive);
    expect(page.html).not.toContain('password');
    const response = responseIn(postedBy(page).fields);
    expect(response).not.toContain('Assertion ');
    expect(response).toContain(
      '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:NoPassive"',
    );
  });

  test('ends after a day, while Adobe’s profile remains valid', async () => {
    const browser = stepwise();
    await logIn(browser);
    await t.clock.advance(24 * 3_600_000);
    const name = Buffer.from('Cablevision:ana').toString('base64');
    expect(t.mvpd.subjects.ofName('Cablevision', name)).toMatchObject({ kind: 'live' });
    const page = await byRedirect('Cablevision', requestFor('Cablevision'), { browser });
    expect(page.html).toContain('Sign in to Optimum');
  });
});

test('an unsupported NameID format gets InvalidNameIDPolicy', async () => {
  const format = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
  const page = await byRedirect('Cablevision', requestFor('Cablevision', { format }));
  expect(responseIn(postedBy(page).fields)).toContain('status:InvalidNameIDPolicy');
});

const element = (xml: string) => `<samlp:Scoping>${xml}</samlp:Scoping>`;
const requester = '<samlp:RequesterID>REF30</samlp:RequesterID>';

describe('the brand', () => {
  test.each([
    ['Cablevision', { issuer: `${entityId}/on-behalf-of/REF30` }, 200],
    ['Cablevision', { issuer: entityId, scoping: element(requester) }, 400],
    ['Cablevision', { issuer: entityId }, 400],
    ['AdobeShibboleth', { issuer: entityId, scoping: element(requester) }, 200],
    ['AdobeShibboleth', { issuer: entityId }, 400],
    ['AdobeShibboleth', { issuer: `${entityId}/on-behalf-of/REF30`, scoping: element(requester) }, 400],
  ])('%s with %o: %i', async (mvpd, differences, status) => {
    expect((await signedPost(mvpd, requestFor(mvpd, differences))).status).toBe(status);
  });
});

describe('a proxy', () => {
  const list = (id: string) => `<samlp:IDPList><samlp:IDPEntry Name="x" ProviderID="${id}"/></samlp:IDPList>`;
  const ask = (scoping: string) =>
    signedPost('Proxy_GLDS', requestFor('Proxy_GLDS', { issuer: entityId, scoping }));

  test('shows the login page of the requested MVPD', async () => {
    expect((await ask(element(list('valley-telephone') + requester))).text).toContain(
      'Sign in to Valley Telephone',
    );
  });

  test.each([
    ['names none', element(requester)],
    ['names another', element(list('elsewhere') + requester)],
    ['names two', element(list('valley-telephone') + list('elsewhere') + requester)],
  ])('refuses a request that %s', async (_, scoping) => {
    expect((await ask(scoping)).status).toBe(400);
  });
});

describe('rejected with a page, never an assertion', () => {
  const minutes = 60_000;
  test.each<[string, () => Promise<Page>]>([
    ['another destination', () => signedPost('Cablevision', requestFor('Dish'))],
    [
      'another consumer',
      () => signedPost('Cablevision', requestFor('Cablevision', { consumer: 'https://evil.example/' })),
    ],
    [
      'another issuer',
      () => signedPost('Cablevision', requestFor('Cablevision', { issuer: 'https://evil.example' })),
    ],
    [
      'six minutes old',
      () => signedPost('Cablevision', requestFor('Cablevision', { now: t.clock.now() - 6 * minutes })),
    ],
    [
      'six minutes early',
      () => signedPost('Cablevision', requestFor('Cablevision', { now: t.clock.now() + 6 * minutes })),
    ],
    ['no signature', () => byPost('Cablevision', requestFor('Cablevision'))],
    [
      'a stranger’s signature',
      async () =>
        byPost(
          'Cablevision',
          signedElsewhere(requestFor('Cablevision'), { key: await t.somebodyElse.privateKey() }),
        ),
    ],
    [
      'an algorithm that was not agreed on',
      async () =>
        byPost(
          'Cablevision',
          signedElsewhere(requestFor('Cablevision'), { key: await adobeKey(), hash: 'sha512' }),
        ),
    ],
    [
      'a signature over something else',
      async () =>
        byPost(
          'Cablevision',
          signedElsewhere(requestFor('Cablevision'), { key: await adobeKey(), uri: '#_x' }),
        ),
    ],
    [
      'changes after the signature',
      async () =>
        byPost(
          'Cablevision',
          signedElsewhere(requestFor('Cablevision'), { key: await adobeKey() }).replace('REF30', 'REF40'),
        ),
    ],
    [
      'a document type, before what is signed',
      async () => {
        const signed = signedElsewhere(requestFor('Cablevision'), { key: await adobeKey() });
        return byPost('Cablevision', `<!DOCTYPE samlp:AuthnRequest>${signed}`);
      },
    ],
    [
      'a document type, signed with the query',
      () => byRedirect('Cablevision', `<!DOCTYPE samlp:AuthnRequest>${requestFor('Cablevision')}`),
    ],
    ['no XML', () => byPost('Cablevision', 'hello')],
    ['nothing', () => stepwise().open(ssoOf('Cablevision'))],
    [
      'a RelayState of 81 bytes',
      () => signedPost('Cablevision', requestFor('Cablevision'), { relayState: 'é'.repeat(41) }),
    ],
    [
      'a query without signature',
      async () => {
        const query = redirectQuery(requestFor('Cablevision'), await adobeKey(), 'r');
        return stepwise().open(`${ssoOf('Cablevision')}?${query.replace(/&Signature=.*/, '')}`);
      },
    ],
    [
      'a RelayState that was not signed',
      async () => {
        const query = redirectQuery(requestFor('Cablevision'), await adobeKey(), 'r');
        return stepwise().open(`${ssoOf('Cablevision')}?${query.replace('RelayState=r', 'RelayState=s')}`);
      },
    ],
    [
      'a parameter twice',
      async () => {
        const query = redirectQuery(requestFor('Cablevision'), await adobeKey(), 'r');
        return stepwise().open(`${ssoOf('Cablevision')}?${query}&SAMLRequest=x`);
      },
    ],
  ])('%s', async (_, send) => {
    const { status, html } = await send();
    expect(status).toBe(400);
    expect(html).not.toContain('SAMLResponse');
  });

  test('an MVPD without SAML', async () => {
    expect((await stepwise().open(ssoOf('Spectrum'))).status).toBe(404);
  });
});

test('a message that inflates beyond the limit is rejected', async () => {
  const huge = requestFor('Cablevision', { scoping: ' '.repeat(5_000_000) });
  expect((await byRedirect('Cablevision', huge)).status).toBe(400);
});
