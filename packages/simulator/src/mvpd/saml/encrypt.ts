import { constants, createCipheriv, type KeyObject, publicEncrypt } from 'node:crypto';
import type { Ids } from '#src/lib/ids';
import { element, type Xml } from '#src/xml/write';

const namespaces = {
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  xenc: 'http://www.w3.org/2001/04/xmlenc#',
  xenc11: 'http://www.w3.org/2009/xmlenc11#',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
};

const cipherData = (octets: Buffer): Xml =>
  element('xenc:CipherData', {}, element('xenc:CipherValue', {}, octets.toString('base64')));

const encryptedKey = (wrapped: Buffer): Xml =>
  element(
    'ds:KeyInfo',
    { 'xmlns:ds': namespaces.ds },
    element(
      'xenc:EncryptedKey',
      {},
      element(
        'xenc:EncryptionMethod',
        { Algorithm: `${namespaces.xenc}rsa-oaep-mgf1p` },
        element('ds:DigestMethod', { Algorithm: `${namespaces.ds}sha1` }),
      ),
      cipherData(wrapped),
    ),
  );

/** An EncryptedAssertion (XML Encryption 1.1): AES-256-GCM, with the key encrypted by RSA-OAEP for the receiver. */
export const encryptAssertion = (assertion: string, receiver: KeyObject, ids: Pick<Ids, 'secret'>): Xml => {
  const key = Buffer.from(ids.secret(32), 'base64url');
  const iv = Buffer.from(ids.secret(12), 'base64url');
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const content = Buffer.concat([iv, cipher.update(assertion, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key: receiver, padding, oaepHash: 'sha1' }, key);
  return element(
    'saml:EncryptedAssertion',
    { 'xmlns:saml': namespaces.saml },
    element(
      'xenc:EncryptedData',
      { 'xmlns:xenc': namespaces.xenc, Type: `${namespaces.xenc}Element` },
      element('xenc:EncryptionMethod', { Algorithm: `${namespaces.xenc11}aes256-gcm` }),
      encryptedKey(wrapped),
      cipherData(content),
    ),
  );
};
