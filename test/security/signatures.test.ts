import { constants, createHash, privateEncrypt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedExternalKeys } from '#src/external-token/external-keys';
import { createVerifyExternalToken } from '#src/external-token/verify-external-token';
import { createProviderFetch } from '#src/identity/http';
import { createProviderKeys } from '#src/identity/provider-keys';
import { type ExternalIssuer, startExternalIssuer } from '../support/external-issuer.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();
let service: ExternalIssuer;
let verify: (token: string) => Promise<unknown>;

beforeAll(async () => {
  service = await startExternalIssuer({ now: clock.now });
  const { find } = createProviderKeys(service.jwks, {
    fetch: createProviderFetch({ insecureHttp: true }),
    clock,
  });
  verify = createVerifyExternalToken({
    rules: { issuer: service.issuer, audience: 'adobe', longestLifetime: 3_600_000 },
    findKey: checkedExternalKeys(find, () => false),
    clock,
  });
});
afterAll(() => service[Symbol.asyncDispose]());

const refused = { code: 'gateway_external_token_invalid' };
const sizeOfKey = 256;
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** DigestInfo of RFC 8017 §9.2, note 1. */
const sha256Prefix = bytes('3031300d060960864801650304020105000420');

/** The private key's raw operation on a whole block: what any padding scheme would do with it. */
const sealed = (block: Buffer): string =>
  privateEncrypt({ key: service.pair.privateKey, padding: constants.RSA_NO_PADDING }, block).toString(
    'base64url',
  );

const block = (type: number, info: Buffer, { filler = 0xff, after = bytes(''), pad = -1 } = {}): Buffer => {
  const padding = pad < 0 ? sizeOfKey - 3 - info.length - after.length : pad;
  const whole = Buffer.concat([
    Buffer.from([0, type]),
    Buffer.alloc(padding, filler),
    Buffer.from([0]),
    info,
    after,
  ]);
  return Buffer.concat([whole, Buffer.alloc(Math.max(0, sizeOfKey - whole.length))]);
};

describe('T2 no signature but one is accepted', () => {
  const input = () => service.token().split('.').slice(0, 2).join('.');
  const digest = (text: string, hash = 'sha256') => createHash(hash).update(text).digest();

  test('the block that RFC 8017 prescribes, made by hand', async () => {
    const text = input();
    await verify(`${text}.${sealed(block(1, Buffer.concat([sha256Prefix, digest(text)])))}`);
  });

  const forged: [string, (hash: Buffer, text: string) => Buffer][] = [
    ['block type 0', (hash) => block(0, Buffer.concat([sha256Prefix, hash]), { filler: 0 })],
    ['block type 2', (hash) => block(2, Buffer.concat([sha256Prefix, hash]))],
    ['another filler', (hash) => block(1, Buffer.concat([sha256Prefix, hash]), { filler: 0xfe })],
    [
      'eight bytes of filler and garbage after the hash',
      (hash) => block(1, Buffer.concat([sha256Prefix, hash]), { pad: 8 }),
    ],
    ['no filler', (hash) => block(1, Buffer.concat([sha256Prefix, hash]), { pad: 0 })],
    [
      'one byte after the hash',
      (hash) => block(1, Buffer.concat([sha256Prefix, hash]), { after: bytes('00') }),
    ],
    ['no DigestInfo', (hash) => block(1, hash)],
    [
      'DigestInfo without NULL',
      (hash) => block(1, Buffer.concat([bytes('302f300b0609608648016503040201'), bytes('0420'), hash])),
    ],
    [
      'lengths in long form',
      (hash) => block(1, Buffer.concat([bytes('308131300d060960864801650304020105000420'), hash])),
    ],
    [
      'garbage for NULL parameters',
      (hash) => block(1, Buffer.concat([bytes('3035301106096086480165030402010504deadbeef0420'), hash])),
    ],
    [
      'SHA-512, named as such',
      (_hash, text) =>
        block(1, Buffer.concat([bytes('3051300d060960864801650304020305000440'), digest(text, 'sha512')])),
    ],
    [
      'SHA-1, named as such',
      (_hash, text) =>
        block(1, Buffer.concat([bytes('3021300906052b0e03021a05000414'), digest(text, 'sha1')])),
    ],
    ['SHA-256 of nothing', () => block(1, Buffer.concat([sha256Prefix, digest('')]))],
    ['the hash cut', (hash) => block(1, Buffer.concat([sha256Prefix, hash.subarray(0, 20)]))],
    [
      'one bit of the hash',
      (hash) =>
        block(
          1,
          Buffer.concat([
            sha256Prefix,
            Buffer.from(hash.map((byte, index) => (index === 31 ? byte ^ 1 : byte))),
          ]),
        ),
    ],
  ];
  test.each(forged)('padding: %s', async (_what, make) => {
    const text = input();
    await expect(verify(`${text}.${sealed(make(digest(text), text))}`)).rejects.toMatchObject(refused);
  });

  test.each<[string, () => Buffer]>([
    ['empty', () => bytes('')],
    ['0', () => Buffer.alloc(sizeOfKey)],
    ['1', () => Buffer.from([...Buffer.alloc(sizeOfKey - 1), 1])],
    [
      'the modulus',
      () => Buffer.from(String(service.pair.publicKey.export({ format: 'jwk' }).n), 'base64url'),
    ],
    ['all ones', () => Buffer.alloc(sizeOfKey, 0xff)],
    ['of twice the length', () => Buffer.concat([signature(), signature()])],
    ['with a zero before it', () => Buffer.concat([bytes('00'), signature()])],
    ['with a zero after it', () => Buffer.concat([signature(), bytes('00')])],
    ['without its last byte', () => signature().subarray(0, -1)],
    ['plus the modulus', () => plusModulus(signature())],
  ])('the value %s', async (_what, make) => {
    await expect(verify(`${input()}.${make().toString('base64url')}`)).rejects.toMatchObject(refused);
  });

  const signature = (): Buffer => Buffer.from(service.token().split('.')[2] ?? '', 'base64url');
  const plusModulus = (value: Buffer): Buffer => {
    const modulus = Buffer.from(String(service.pair.publicKey.export({ format: 'jwk' }).n), 'base64url');
    const sum = BigInt(`0x${value.toString('hex')}`) + BigInt(`0x${modulus.toString('hex')}`);
    const hex = sum.toString(16);
    return bytes(hex.length % 2 ? `0${hex}` : hex);
  };

  test('each of its 2,048 bits counts', async () => {
    const token = service.token();
    const [head, body, sign = ''] = token.split('.');
    const whole = Buffer.from(sign, 'base64url');
    await verify(token);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await expect(verify(`${head}.${body}.${flipped.toString('base64url')}`)).rejects.toMatchObject(refused);
    }
  });
});
