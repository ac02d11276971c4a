import { expect, test } from 'vitest';
import { tempPassIdentity } from '#src/rest-v2/temppass-identity';

const email = 'user@domain.com';
const pepper = 'a pepper of the programmer';

/** The first one is of Adobe's page; the others were computed with Python's standard library. */
test.for([
  [
    { key: 'email', hash: 'sha256' },
    '{"email":"f7ee5ec7312165148b69fcca1d29075b14b8aef0b5048a332b18b88d09069fb7"}',
  ],
  [
    { key: 'e-mail', hash: 'sha512' },
    '{"e-mail":"a85661c68db24d906268a9a8550e35e0d090c4ce0b83083c3250e0c4050dd270710f1c5bc8dce4afcd14bd6735a7f9e540a8e62ff065904911ed5b7218c28ae5"}',
  ],
  [
    { key: 'email', hash: 'sha256', pepper },
    '{"email":"912380aff18058a70c9a7087d35858e0ded0b65caa331dd2d2d3d01c5ff42bde"}',
  ],
  [
    { key: 'email', hash: 'sha512', pepper },
    '{"email":"bb9607e463cd69bbe4230e64e3a095dbdb3ca59ff24cc5cff8fa73daab197becaf2d09f9e2b20b89391e5a3f0a93d06b2577788ec7391931b4ca8ef4a616bd1a"}',
  ],
] as const)('%o', ([recipe, identity]) => {
  expect(Buffer.from(tempPassIdentity(email, recipe), 'base64').toString()).toBe(identity);
});

test('it is Base64 with its padding', () => {
  expect(tempPassIdentity(email, { key: 'email', hash: 'sha256' })).toBe(
    'eyJlbWFpbCI6ImY3ZWU1ZWM3MzEyMTY1MTQ4YjY5ZmNjYTFkMjkwNzViMTRiOGFlZjBiNTA0OGEzMzJiMThiODhkMDkwNjlmYjcifQ==',
  );
});

test('an identifier is hashed as UTF-8', () => {
  expect(tempPassIdentity('jörg@domain.com', { key: 'k', hash: 'sha256' })).toBe(
    Buffer.from('{"k":"597b652f2e8ae3a2c618c06c3cedf2b0f8eb5b57142d0da8181bc8fedd2a4db0"}').toString(
      'base64',
    ),
  );
});
