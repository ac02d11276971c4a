import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto';
import { CompactEncrypt } from 'jose';
import { describe, expect, test } from 'vitest';
import { paddings } from '#src/lib/rsa-padding';
import { createDecryptAttribute } from '#src/user-metadata/decrypt-attribute';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [primary, backup, foreign] = [rsa(), rsa(), rsa()];
const decrypt = createDecryptAttribute({
  keys: [primary.privateKey, backup.privateKey],
  padding: 'pkcs1',
});

const ways = {
  pkcs1: { padding: constants.RSA_PKCS1_PADDING },
  'oaep-sha1': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  'oaep-sha256': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
} as const;

const encrypted = (text: string | Uint8Array, key: KeyObject, way: keyof typeof ways = 'pkcs1'): string =>
  publicEncrypt({ key, ...ways[way] }, Buffer.from(text)).toString('base64');

describe.each(paddings)('RSA with %s', (way) => {
  test.each([
    ['the primary key', primary.publicKey],
    ['the backup key', backup.publicKey],
  ])('is decrypted with %s', async (_which, key) => {
    expect(await decrypt(encrypted('["77754","12345"]', key, way))).toEqual(['77754', '12345']);
  });

  test('cannot be decrypted without its key', async () => {
    expect(await decrypt(encrypted('["77754"]', foreign.publicKey, way))).toBeUndefined();
  });
});

test('text that is no JSON is the value itself', async () => {
  expect(await decrypt(encrypted('10001-São', primary.publicKey))).toBe('10001-São');
});

test('an empty text is a value', async () => {
  expect(await decrypt(encrypted('', primary.publicKey))).toBe('');
});

test('bytes that are no text are not returned', async () => {
  expect(await decrypt(encrypted(new Uint8Array([0xff, 0xfe]), primary.publicKey))).toBeUndefined();
});

test('line breaks in the Base64 do not matter', async () => {
  const value = encrypted('"x"', primary.publicKey).replaceAll(/(.{64})/g, '$1\r\n');
  expect(await decrypt(value)).toBe('x');
});

describe('a compact JWE', () => {
  const jwe = (alg: string, key: KeyObject) =>
    new CompactEncrypt(Buffer.from('{"zip":"10001"}'))
      .setProtectedHeader({ alg, enc: 'A256GCM' })
      .encrypt(key);

  test.each(['RSA-OAEP', 'RSA-OAEP-256'])('with %s is decrypted with either key', async (alg) => {
    expect(await decrypt(await jwe(alg, primary.publicKey))).toEqual({ zip: '10001' });
    expect(await decrypt(await jwe(alg, backup.publicKey))).toEqual({ zip: '10001' });
    expect(await decrypt(await jwe(alg, foreign.publicKey))).toBeUndefined();
  });

  test('with a secret that both sides would share is refused', async () => {
    const secret = Buffer.from(createPublicKey(primary.privateKey).export({ type: 'spki', format: 'der' }));
    const forged = await new CompactEncrypt(Buffer.from('{}'))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(secret.subarray(0, 32));
    expect(await decrypt(forged)).toBeUndefined();
  });
});

test.each([
  ['nothing', ''],
  ['no Base64', '%%%'],
  ['too short', 'AAAA'],
  ['too long', 'A'.repeat(100_000)],
  ['five empty parts', '....'],
  ['a block of zeros', Buffer.alloc(256).toString('base64')],
])('%s is undefined, and throws nothing', async (_what, value) => {
  expect(await decrypt(value)).toBeUndefined();
});

test('a PKCS#1 block needs eight bytes of padding', async () => {
  const short = Buffer.alloc(256, 1);
  short.set([0, 2, 1, 1, 1, 1, 1, 1, 1, 0]);
  const key = { key: primary.publicKey, padding: constants.RSA_NO_PADDING };
  expect(await decrypt(publicEncrypt(key, short).toString('base64'))).toBeUndefined();
  short.set([1, 0], 9);
  short.set(Buffer.from('abc'), 253);
  expect(await decrypt(publicEncrypt(key, short).toString('base64'))).toMatch(/abc$/);
});

test('without a key nothing is decrypted', async () => {
  const none = createDecryptAttribute({ keys: [], padding: 'pkcs1' });
  expect(await none(encrypted('"x"', createPrivateKeyOf(primary)))).toBeUndefined();
});

const createPrivateKeyOf = ({ privateKey }: { readonly privateKey: KeyObject }): KeyObject =>
  createPublicKey(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })));
