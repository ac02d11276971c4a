import { afterEach, beforeEach, expect, test } from 'vitest';
import { signedElement } from '../xacml/other-xml.ts';
import { consumer, entityId, type Mvpds, postedBy, responseIn, startMvpds } from './stage.ts';

let t: Mvpds;
beforeEach(async () => {
  t = await startMvpds();
});
afterEach(() => t[Symbol.asyncDispose]());

const ana = {
  userId: Buffer.from('Cablevision:ana').toString('base64'),
  householdID: Buffer.from('Cablevision:household-of-ana').toString('base64'),
};

test('a signed assertion tells Adobe who signed in', async () => {
  const { request, page } = await t.signIn('Cablevision', 'ana');
  const { url, fields } = postedBy(page);
  expect(url).toBe(consumer);
  expect(fields.get('RelayState')).toBe(request);
  const xml = responseIn(fields);
  expect(signedElement(xml, await t.mvpd.keysOf('Cablevision').publicKey(), 'sha256')).toBe('Assertion');
  expect(await t.consume(fields)).toEqual({
    request,
    mvpd: 'Cablevision',
    subscriber: {
      userId: ana.userId,
      attributes: {
        householdID: ana.householdID,
        zip: ['77754', '12345'],
        maxRating: { VCHIP: 'tv-ma', MPAA: 'nc-17' },
        hba_status: false,
      },
      session: {
        protocol: 'saml',
        issuer: `${t.origins.mvpd}/Cablevision/saml`,
        assertion: expect.stringMatching(/^_/),
        nameId: {
          value: ana.userId,
          format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
          nameQualifier: null,
          spNameQualifier: entityId,
        },
        sessionIndex: expect.stringMatching(/^_/),
      },
      notAfter: null,
    },
  });
});

test('a second brand meets the session that the MVPD keeps, and no password page', async () => {
  const { browser } = await t.signIn('Cablevision', 'ana');
  const { page } = await t.arrive('Cablevision', { browser, brand: 'REF40' });
  expect(await t.consume(postedBy(page).fields)).toMatchObject({ subscriber: { userId: ana.userId } });
});
