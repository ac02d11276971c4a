import { generateKeyPairSync } from 'node:crypto';
import { createKeySet } from '#src/service-token/key-set';

export const rsaPem = (modulusLength = 2048, publicExponent = 65_537): string =>
  String(
    generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }),
  ).trim();

export const newKeySet = () => createKeySet(rsaPem(), 'keys/service-token.pem');
