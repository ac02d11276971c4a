import { describe, expect, test } from 'vitest';
import { SignedXml } from 'xml-crypto';
import { createSigningKeys } from '#src/xml/keys';
import { onlyChild, type XmlElement } from '#src/xml/parse';
import { signXml, verifySigned } from '#src/xml/signature';

const keys = createSigningKeys();
const unsigned =
  '<e:Envelope xmlns:e="urn:e"><e:Body><m:Message xmlns:m="urn:m" ID="_1"><m:Issuer>me</m:Issuer><m:Said ID="_2">yes</m:Said></m:Message></e:Body></e:Envelope>';

const message = (root: XmlElement): XmlElement | null => {
  const body = onlyChild(root, 'urn:e', 'Body');
  return body && onlyChild(body, 'urn:m', 'Message');
};

const sign = async (xml = unsigned, id = '_1') =>
  signXml(xml, { key: await keys.privateKey(), algorithm: 'rsa-sha256', id, after: 'Issuer' });
const check = async (xml: string) =>
  verifySigned(xml, { signed: message, key: await keys.publicKey(), algorithms: ['rsa-sha256'] });

const dsig = 'http://www.w3.org/2000/09/xmldsig#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

interface Differently {
  target?: string;
  transforms?: string[];
  digest?: string;
  method?: string;
  canonical?: string;
}

/** Signed by the right key, but otherwise than agreed. */
const signDifferently = async ({
  target = '//*[@ID="_1"]',
  transforms = [`${dsig}enveloped-signature`, exclusive],
  digest = sha256,
  method = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  canonical = exclusive,
}: Differently) => {
  const signer = new SignedXml({
    privateKey: (await keys.privateKey()).export({ format: 'pem', type: 'pkcs8' }),
    signatureAlgorithm: method,
    canonicalizationAlgorithm: canonical,
  });
  signer.addReference({ xpath: target, transforms, digestAlgorithm: digest });
  const location = { reference: "//*[local-name()='Issuer']", action: 'after' } as const;
  signer.computeSignature(unsigned, { prefix: 'ds', location });
  return signer.getSignedXml();
};

test('the signed element is returned without its signature and its surroundings', async () => {
  const read = await check(await sign());
  expect(read).toMatchObject({ name: 'Message', namespace: 'urn:m', attributes: { ID: '_1' } });
  expect(read.children.map(({ name, text }) => [name, text])).toEqual([
    ['Issuer', 'me'],
    ['Said', 'yes'],
  ]);
});

test('a signature of another implementation is accepted', async () => {
  expect((await check(await signDifferently({}))).name).toBe('Message');
});

describe('a signature is rejected', () => {
  test.each<[string, Differently]>([
    ['over a part alone', { target: '//*[@ID="_2"]' }],
    ['over everything else', { target: '/*' }],
    ['with another method', { method: `${dsig}rsa-sha1` }],
    ['with another digest', { digest: `${dsig}sha1` }],
    ['in another canonical form', { canonical: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' }],
    ['that counts comments', { transforms: [`${dsig}enveloped-signature`, `${exclusive}WithComments`] }],
    ['without transforms', { transforms: [exclusive] }],
  ])('%s', async (_what, differently) => {
    const signed = await signDifferently(differently);
    await expect(check(signed)).rejects.toThrow('not as agreed');
  });

  test('next to another one', async () => {
    const signed = await sign();
    const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(signed) ?? [];
    await expect(check(signed.replace(signature, signature + signature))).rejects.toThrow('not as agreed');
    const elsewhere = signed.replace('<e:Body>', `<e:Header>${signature}</e:Header><e:Body>`);
    await expect(check(elsewhere)).rejects.toThrow('is invalid');
  });

  test('for a repeated ID', async () => {
    const signed = (await sign()).replace('<e:Body>', '<e:Header ID="_1"/><e:Body>');
    await expect(check(signed)).rejects.toThrow('an ID is repeated');
    const others = (await sign()).replace('<e:Body>', '<e:Header ID="_2"/><e:Body>');
    await expect(check(others)).rejects.toThrow('an ID is repeated');
  });

  test('with a key of its own', async () => {
    const stranger = createSigningKeys();
    const key = await stranger.privateKey();
    const signed = signXml(unsigned, { key, algorithm: 'rsa-sha256', id: '_1', after: 'Issuer' });
    const jwk = (await stranger.publicKey()).export({ format: 'jwk' });
    const base64 = (value = '') => Buffer.from(value, 'base64url').toString('base64');
    const own = `<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${base64(jwk.n)}</ds:Modulus><ds:Exponent>${base64(jwk.e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>`;
    const withKey = signed.replace('</ds:SignatureValue>', `</ds:SignatureValue>${own}`);
    await expect(check(withKey)).rejects.toThrow('is invalid');
  });

  test('that is missing', async () => {
    await expect(check(unsigned)).rejects.toThrow('not as agreed');
    await expect(check(unsigned.replace(' ID="_1"', ''))).rejects.toThrow('has no ID');
    await expect(check('<e:Envelope xmlns:e="urn:e"/>')).rejects.toThrow('is missing');
  });
});
