import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCookieSigner } from '#src/authorization-server/provider/cookie-signer';

const keyOf = (text: string) => createSecretKey(text, 'utf8');
const signer = createCookieSigner([keyOf('new'), keyOf('old')]);

// Made with keygrip 1.1.0 and the same keys.
const signatures = { new: 'FbQ0PWzS5StUb7fq4sZESBW_HYE', old: 'sbQVzyy3442tyagDiocKMWZ6u4w' };

test('the first key signs, and every one verifies what keygrip signed with it', () => {
  expect(signer.sign('name=value')).toBe(signatures.new);
  expect(signer.index('name=value', signatures.new)).toBe(0);
  expect(signer.index('name=value', signatures.old)).toBe(1);
  expect(signer.verify('name=value', signatures.old)).toBe(true);
});

test('a signature is of one cookie and one key', () => {
  const shorter = signatures.new.slice(0, -1);
  const wrong: [cookie: string, signature: string][] = [
    ['name=other', signatures.new],
    ['name=value', shorter],
    ['name=value', `${shorter}A`],
    ['name=value', ''],
    ['name=value', createCookieSigner([keyOf('another')]).sign('name=value')],
  ];
  for (const [cookie, signature] of wrong) {
    expect(signer.index(cookie, signature)).toBe(-1);
    expect(signer.verify(cookie, signature)).toBe(false);
  }
});
