import {
  type CipherGCM,
  constants,
  createCipheriv,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stepwise } from '../world.ts';
import { signedElement } from '../xacml/other-xml.ts';
import { consumer, entityId, type Mvpds, postedBy, responseIn, startMvpds } from './stage.ts';

let t: Mvpds;
beforeAll(async () => {
  t = await startMvpds();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.mvpd.reset());

/** An encrypted assertion, opened by Node's own crypto. */
const decrypted = (xml: string, key: KeyObject): string => {
  const [wrapped, content] = [...xml.matchAll(/<xenc:CipherValue>([^<]+)/g)].map(([, value = '']) =>
    Buffer.from(value, 'base64'),
  );
  if (!wrapped || !content) throw new Error('nothing is encrypted');
  const secret = privateDecrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    wrapped,
  );
  const cipher = createDecipheriv('aes-256-gcm', secret, content.subarray(0, 12));
  cipher.setAuthTag(content.subarray(-16));
  return Buffer.concat([cipher.update(content.subarray(12, -16)), cipher.final()]).toString('utf8');
};

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

test('a second brand uses the MVPD’s session without a password page', async () => {
  const { browser } = await t.signIn('Cablevision', 'ana');
  const { page } = await t.arrive('Cablevision', { browser, brand: 'REF40' });
  expect(await t.consume(postedBy(page).fields)).toMatchObject({ subscriber: { userId: ana.userId } });
});

test('AdobeShibboleth: the request is posted, and the assertion is encrypted', async () => {
  const { page } = await t.signIn('AdobeShibboleth', 'ana');
  const { fields } = postedBy(page);
  const response = responseIn(fields);
  expect(response).not.toContain('NameID');
  const key = await t.adobeKeys.privateKey();
  const inside = decrypted(response, key);
  const signer = await t.mvpd.keysOf('AdobeShibboleth').publicKey();
  expect(signedElement(inside, signer, 'sha256')).toBe('Assertion');
  expect(inside).toContain(Buffer.from('AdobeShibboleth:ana').toString('base64'));
  expect(await t.consume(fields)).toMatchObject({ mvpd: 'AdobeShibboleth', subscriber: { notAfter: null } });
});

test('AdobeShibboleth: an unencrypted assertion is rejected', async () => {
  await using open = await startMvpds({ authentication: { encryptsAssertions: false } });
  const { fields } = postedBy((await open.signIn('AdobeShibboleth', 'ana')).page);
  await expect(open.consume(fields)).resolves.toBeTruthy();
  await using closed = await startMvpds();
  const response = responseIn(postedBy((await closed.signIn('AdobeShibboleth', 'ana')).page).fields);
  const clear = decrypted(response, await closed.adobeKeys.privateKey());
  const bare = response.replace(/<saml:EncryptedAssertion[\s\S]*<\/saml:EncryptedAssertion>/, clear);
  const form = new URLSearchParams({ SAMLResponse: Buffer.from(bare).toString('base64') });
  await expect(closed.consume(form)).rejects.toMatchObject({
    error: { details: expect.stringContaining('EncryptedAssertion') },
  });
});

/** The same assertion for the same eyes, under ciphers that were once in use. */
const encryptedOtherwise = async (
  response: string,
  { cipher, padding }: { cipher: 'gcm' | 'cbc'; padding: 'oaep' | 'pkcs1' },
): Promise<string> => {
  const clear = decrypted(response, await t.adobeKeys.privateKey());
  const [secret, iv] = [randomBytes(32), randomBytes(cipher === 'cbc' ? 16 : 12)];
  const content = createCipheriv(`aes-256-${cipher}`, secret, iv);
  const body = [iv, content.update(clear), content.final()];
  if (cipher === 'gcm') body.push((content as CipherGCM).getAuthTag());
  const wrapped = publicEncrypt(
    {
      key: await t.adobeKeys.publicKey(),
      ...(padding === 'oaep'
        ? { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
        : { padding: constants.RSA_PKCS1_PADDING }),
    },
    secret,
  );
  const values = [wrapped, Buffer.concat(body)].map((value) => value.toString('base64'));
  return response
    .replace(/(<xenc:CipherValue>)[^<]+/g, (_, tag) => tag + values.shift())
    .replace(
      '2009/xmlenc11#aes256-gcm',
      cipher === 'cbc' ? '2001/04/xmlenc#aes256-cbc' : '2009/xmlenc11#aes256-gcm',
    )
    .replace('rsa-oaep-mgf1p', padding === 'oaep' ? 'rsa-oaep-mgf1p' : 'rsa-1_5');
};

test.each([
  [{ cipher: 'gcm', padding: 'oaep' }, true],
  [{ cipher: 'cbc', padding: 'oaep' }, false],
  [{ cipher: 'gcm', padding: 'pkcs1' }, false],
] as const)('AdobeShibboleth: encrypted by %o, taken: %s', async (how, taken) => {
  const { fields } = postedBy((await t.signIn('AdobeShibboleth', 'ana')).page);
  const response = await encryptedOtherwise(responseIn(fields), how);
  fields.set('SAMLResponse', Buffer.from(response).toString('base64'));
  if (taken) await expect(t.consume(fields)).resolves.toMatchObject({ mvpd: 'AdobeShibboleth' });
  else
    await expect(t.consume(fields)).rejects.toMatchObject({
      error: { details: 'the assertion cannot be decrypted' },
    });
});

test('Dish: SHA-1, and a transient NameID with a permanent guid', async () => {
  const first = postedBy((await t.signIn('Dish', 'ben')).page).fields;
  const key = await t.mvpd.keysOf('Dish').publicKey();
  expect(signedElement(responseIn(first), key, 'sha1')).toBe('Assertion');
  expect(signedElement(responseIn(first), key, 'sha256')).toBe(null);
  const second = postedBy((await t.signIn('Dish', 'ben')).page).fields;
  const [one, two] = [await t.consume(first), await t.consume(second)];
  const userId = Buffer.from('Dish:ben').toString('base64');
  for (const { subscriber } of [one, two]) {
    expect(subscriber).toMatchObject({
      userId,
      session: {
        nameId: {
          format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
          value: expect.stringMatching(/^_/),
        },
      },
    });
  }
  expect(one.subscriber?.session).not.toEqual(two.subscriber?.session);
});

test('ValleyTel: the proxy signs, the proxied MVPD is the issuer', async () => {
  const { page } = await t.signIn('ValleyTel', 'ben');
  const { fields } = postedBy(page);
  expect(signedElement(responseIn(fields), await t.mvpd.keysOf('Proxy_GLDS').publicKey(), 'sha256')).toBe(
    'Assertion',
  );
  const issuer = `${t.origins.mvpd}/ValleyTel/saml`;
  expect(await t.consume(fields)).toMatchObject({
    mvpd: 'ValleyTel',
    subscriber: { session: { issuer, nameId: { nameQualifier: issuer } } },
  });
});

describe('a passive request', () => {
  test('without a session: no page and no subscriber', async () => {
    const { page, request } = await t.arrive('Cablevision', { passive: true });
    expect(page.html).not.toContain('password');
    expect(await t.consume(postedBy(page).fields)).toEqual({
      request,
      mvpd: 'Cablevision',
      subscriber: null,
    });
  });

  test('with a session: the subscriber, with a transient NameID', async () => {
    const { browser } = await t.signIn('Cablevision', 'ana');
    const { page } = await t.arrive('Cablevision', { browser, passive: true });
    expect(await t.consume(postedBy(page).fields)).toMatchObject({
      subscriber: {
        userId: ana.userId,
        session: { nameId: { format: expect.stringContaining('transient') } },
      },
    });
  });
});

describe('through a platform’s account framework', () => {
  test('request and response are the same as in a browser', async () => {
    const browser = stepwise();
    const request = 'r'.repeat(43);
    const mvpd = t.mvpdNamed('Cablevision');
    const asked = await t.saml.exchange.ask({ mvpd, serviceProvider: 'REF30', request });
    const page = await browser.post(`${t.origins.mvpd}/Cablevision/saml/sso`, {
      SAMLRequest: asked.authenticationRequest,
    });
    const answer = await t.typeIn(browser, page, 'ana@cablevision.example', 'ana-tv');
    const samlResponse = postedBy(answer).fields.get('SAMLResponse') ?? '';
    expect(await t.saml.exchange.read(samlResponse)).toMatchObject({
      request,
      mvpd: 'Cablevision',
      subscriber: { userId: ana.userId },
    });
    await expect(t.saml.exchange.read(samlResponse)).rejects.toMatchObject({
      error: { code: 'invalid_parameter_saml_response' },
    });
  });
});
