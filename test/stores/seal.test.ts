import { describe, expect, test } from 'vitest';
import { createSeal } from '#src/stores/seal';

const key = new Uint8Array(32).fill(1);
const seal = createSeal(key);

const refused = (open: () => unknown) =>
  expect(open).toThrow(expect.objectContaining({ code: 'store_invalid', hint: undefined }));

describe('a sealed value', () => {
  test('opens to what was sealed, whatever it was', () => {
    for (const text of ['', 'secret', 'nul\0in', '😀', 'x'.repeat(100_000)]) {
      expect(seal.open(seal.seal(text, 'here'), 'here')).toBe(text);
    }
  });

  test('carries its version and is never the same twice', () => {
    const sealed = seal.seal('secret', 'here');
    expect(sealed).toMatch(/^v1\.[\w-]+$/);
    expect(seal.seal('secret', 'here')).not.toBe(sealed);
  });

  test('opens with its own key, in its own place only', () => {
    const sealed = seal.seal('secret', 'here');
    refused(() => seal.open(sealed, 'there'));
    refused(() => createSeal(new Uint8Array(32).fill(2)).open(sealed, 'here'));
  });

  test('does not open when any byte of it was changed, or any was cut off', () => {
    const sealed = seal.seal('secret', 'here');
    const body = Buffer.from(sealed.slice(3), 'base64url');
    for (const index of body.keys()) {
      const changed = Buffer.from(body);
      changed.writeUInt8((changed.readUInt8(index) + 1) % 256, index);
      refused(() => seal.open(`v1.${changed.toString('base64url')}`, 'here'));
      refused(() => seal.open(`v1.${body.subarray(0, index).toString('base64url')}`, 'here'));
    }
    for (const other of ['', 'secret', 'v1.', `v2.${sealed.slice(3)}`, sealed.slice(3)]) {
      refused(() => seal.open(other, 'here'));
    }
  });
});

test('what is looked up under a keyed hash depends on key, text and context, and tells none of them', () => {
  const index = seal.index('WDJB-MJHT', 'user codes');
  expect(seal.index('WDJB-MJHT', 'user codes')).toBe(index);
  expect(createSeal(key).index('WDJB-MJHT', 'user codes')).toBe(index);
  const others = [
    seal.index('WDJB-MJHS', 'user codes'),
    seal.index('WDJB-MJHT', 'records'),
    createSeal(new Uint8Array(32).fill(2)).index('WDJB-MJHT', 'user codes'),
  ];
  expect(others).not.toContain(index);
  expect(index).toMatch(/^[\w-]{43}$/);
});

test('a key of another length is refused', () => {
  for (const length of [0, 16, 31, 33]) {
    expect(() => createSeal(new Uint8Array(length))).toThrow(
      expect.objectContaining({ code: 'keys_invalid' }),
    );
  }
});
