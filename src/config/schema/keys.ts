import { z } from 'zod';
import { duration, origin, secretText, text } from '../values.ts';

/** One or more keys of 32 bytes, in base64url. */
const isMasterKey = (value: string): boolean => {
  const keys = value.trim().split(/\s+/);
  return keys.every((key) => /^[\w-]{43}$/.test(key));
};

/** A service that implements the operations `Sign` and `GetPublicKey` of AWS KMS. */
const keyManagement = z.strictObject({
  origin: origin.describe('Origin of the service, for example https://kms.eu-central-1.amazonaws.com'),
  region: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a region such as eu-central-1')
    .describe('Region of the service; part of each request signature'),
  credentials: z
    .enum(['settings', 'platform'])
    .default('settings')
    .describe(
      'Where the credentials come from: the settings below, or the platform (environment, instance, workload identity), by the package @aws-sdk/credential-providers',
    ),
  accessKeyId: text.optional().describe('Access key id of the credentials that may sign'),
  secretAccessKey: secretText.optional().describe('Secret access key of the same credentials'),
  sessionToken: secretText.optional().describe('Session token of temporary credentials'),
  timeout: duration('100ms', '10s').prefault('2s').describe('Time limit per attempt; there are at most two'),
});

export const keysSchema = z
  .strictObject({
    in: z
      .enum(['folder', 'readOnlyFolder', 'store'])
      .default('folder')
      .describe(
        'Where keys and secrets are kept: in a folder; in a folder that is only read, such as a mounted secret, with the ledger in the store; or in the store, sealed with the master key',
      ),
    directory: text.default('keys').describe('Folder of keys and secrets; each file has mode 0600'),
    masterKey: secretText
      .refine(
        isMasterKey,
        'must be 32 bytes in base64url, such as openssl rand -base64 32 | tr +/ -_ | tr -d = makes',
      )
      .optional()
      .describe(
        'Seals the keys in the store: 32 bytes in base64url. While it is being replaced: the new one, a space, the earlier one',
      ),
    passphrase: secretText
      .optional()
      .describe('Decrypts the private keys of service tokens, and encrypts new ones'),
    warnAfter: duration('1d', '3650d')
      .prefault('365d')
      .describe('Age at which the signing key is reported in logs and readiness'),
    kms: keyManagement
      .optional()
      .describe('Key management service that signs service tokens with its own keys (AWS KMS)'),
  })
  .prefault({});
