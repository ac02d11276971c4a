import { describe, expect, test } from 'vitest';
import { decodeServiceToken, diagnose } from '#src/service-token/diagnose';

const now = 1_900_000_000;
const claims = {
  iss: 'https://sso.example',
  sub: 'ana',
  aud: 'adobe',
  iat: now,
  exp: now + 3_600,
  jti: 'one',
};
const states: Readonly<Record<string, { state: string; accepted: boolean }>> = {
  active: { state: 'active', accepted: true },
  gone: { state: 'retired', accepted: false },
};
const circumstances = {
  now,
  expected: [
    { issuer: 'https://sso.example', audience: 'adobe' },
    { issuer: 'https://other.example', audience: 'other' },
  ],
  findKey: (kid: string) => states[kid],
};

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const token = (changes: object = {}, header: object = {}) =>
  `${encode({ alg: 'RS256', kid: 'active', typ: 'JWT', ...header })}.${encode({ ...claims, ...changes })}.c2ln`;

const signatureOnly = ['its signature is invalid, or a claim is missing or malformed'];

describe('says why a token is invalid', () => {
  test.each([
    ['not a token', 'hello', ['it is not a signed token (compact JWS)']],
    ['nothing wrong in its content', token(), signatureOnly],
    ['the other family', token({ iss: 'https://other.example', aud: 'other' }), signatureOnly],
    ['padding', `${token()}=`, ['it is too long, or its encoding was altered after signing']],
    [
      'length',
      token({ pad: 'x'.repeat(4_000) }),
      ['it is too long, or its encoding was altered after signing'],
    ],
    ['alg', token({}, { alg: 'HS256' }), ['its alg is not RS256']],
    ['typ', token({}, { typ: 'at+jwt' }), ['its typ is not JWT: it is a different kind of token']],
    ['no kid', token({}, { kid: undefined }), ['it does not name a key (kid)']],
    ['kid of another type', token({}, { kid: 7 }), ['it does not name a key (kid)']],
    ['unknown kid', token({}, { kid: 'unknown' }), ['its key (kid) does not belong to this gateway']],
    ['key that is not accepted', token({}, { kid: 'gone' }), ['its key is retired']],
    [
      'issuer',
      token({ iss: 'https://mallory.example' }),
      ['its issuer (iss) does not match any family', 'its audience (aud) does not match its issuer'],
    ],
    ['audience', token({ aud: 'other' }), ['its audience (aud) does not match its issuer']],
    ['no exp', token({ exp: undefined }), ['its iat or exp is missing or not a number']],
    ['iat that is text', token({ iat: String(now) }), ['its iat or exp is missing or not a number']],
    ['expired', token({ iat: now - 60, exp: now - 12 }), ['it expired 12 s ago']],
    ['expires now', token({ iat: now - 60, exp: now }), ['it expired 0 s ago']],
    ['expires in a second', token({ iat: now - 60, exp: now + 1 }), signatureOnly],
    ['clock 30 s behind', token({ iat: now + 30 }), signatureOnly],
    ['clock 31 s behind', token({ iat: now + 31 }), ['its iat is in the future: compare the clocks']],
    ['a lifetime of a day', token({ exp: now + 86_400 }), signatureOnly],
    ['a longer lifetime', token({ exp: now + 86_401 }), ['its lifetime exceeds one day']],
    [
      'several reasons',
      token({ iat: now - 60, exp: now - 1 }, { alg: 'none', kid: 'unknown' }),
      ['its alg is not RS256', 'its key (kid) does not belong to this gateway', 'it expired 1 s ago'],
    ],
  ])('%s', (_, text, reasons) => {
    expect(diagnose(text, circumstances)).toEqual(reasons);
  });
});

describe('decodes without verification', () => {
  test('header and claims', () => {
    expect(decodeServiceToken(token())).toEqual({
      header: { alg: 'RS256', kid: 'active', typ: 'JWT' },
      claims,
    });
  });

  test.each([
    ['two parts', token().split('.').slice(0, 2).join('.').replace('.', '')],
    ['a payload that is not an object', `${encode({ alg: 'RS256' })}.${encode([1])}.c2ln`],
    ['a header that is not JSON', `${Buffer.from('{').toString('base64url')}.${encode(claims)}.c2ln`],
  ])('nothing of %s', (_, text) => {
    expect(decodeServiceToken(text)).toBeUndefined();
  });

  test('at most 65,536 characters', () => {
    const longest = token({ pad: '' });
    const pad = (length: number) => `${longest}${'A'.repeat(length - longest.length)}`;
    expect(decodeServiceToken(pad(65_536))).toHaveProperty('claims');
    expect(decodeServiceToken(pad(65_537))).toBeUndefined();
  });
});
