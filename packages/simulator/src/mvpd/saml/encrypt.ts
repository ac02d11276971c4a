import { constants, createCipheriv, type KeyObject, publicEncrypt } from 'node:crypto';
import type { Ids } from '#src/lib/ids';
import { xml } from './xml.ts';

/** An EncryptedAssertion (XML Encryption 1.1): AES-256-GCM, its key by RSA-OAEP for the receiver alone. */
export const encryptAssertion = (
  assertion: string,
  receiver: KeyObject,
  ids: Pick<Ids, 'secret'>,
): string => {
  const key = Buffer.from(ids.secret(32), 'base64url');
  const iv = Buffer.from(ids.secret(12), 'base64url');
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const content = Buffer.concat([iv, cipher.update(assertion, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key: receiver, padding, oaepHash: 'sha1' }, key);
  return xml`<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"><ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/></xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>${wrapped.toString('base64')}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>${content.toString('base64')}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>`
    .text;
};
