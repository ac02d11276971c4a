import type { KeyObject } from 'node:crypto';
import { XMLSerializer } from '@xmldom/xmldom';
import { decrypt } from 'xml-encryption';
import { InvalidXml, parseDocument } from '#src/xml/parse';

const encryption = 'http://www.w3.org/2001/04/xmlenc#';

/**
 * Decrypts the only encrypted element of a document. Unauthenticated ciphers (CBC) and RSA without OAEP are rejected.
 * Error: InvalidXml, always with the same message, so that it reveals nothing about the plaintext (padding oracle).
 */
export const decryptOnly = (text: string, key: KeyObject): Promise<string> => {
  const [encrypted, ...others] = Array.from(
    parseDocument(text).root.getElementsByTagNameNS(encryption, 'EncryptedData'),
  );
  if (!encrypted || others.length > 0) throw new InvalidXml('there must be one encrypted assertion');
  const pem = key.export({ format: 'pem', type: 'pkcs8' });
  return new Promise((resolve, reject) => {
    decrypt(
      new XMLSerializer().serializeToString(encrypted),
      { key: pem, disallowDecryptionWithInsecureAlgorithm: true },
      (error, clear) => {
        if (error) reject(new InvalidXml('the assertion cannot be decrypted'));
        else resolve(clear);
      },
    );
  });
};
