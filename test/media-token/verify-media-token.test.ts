import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createVerifyMediaToken } from '#src/media-token/verify-media-token';
import { elementOf, fields, issuedAt, pair, signed } from './signed-token.ts';
import vectors from './vectors.json' with { type: 'json' };

const { publicKey, privateKey } = pair();
const play = { requestor: 'REF30', resource: 'news' };
const verifierAt = (now: number, more = {}) =>
  createVerifyMediaToken({ keys: [publicKey], now: () => now, ...more });
const verifyNow = verifierAt(issuedAt);
const signedFields = (changed: object = {}) => signed(elementOf({ ...fields, ...changed }), privateKey);

describe('vectors', () => {
  const keys = [createPublicKey(vectors.publicKeyPem)];
  test.for(vectors.cases)('$name', async ({ serializedToken, now, requestor, resource, status }) => {
    const verifyThen = createVerifyMediaToken({ keys, now: () => Date.parse(now) });
    expect((await verifyThen(serializedToken, { requestor, resource })).status).toBe(status);
  });
});

test('a valid token tells who plays what until when', async () => {
  const token = signedFields({ proxyMvpdId: 'Proxy' });
  expect(await verifyNow(token, play)).toEqual({
    status: 'VALID_TOKEN',
    token: {
      session: fields.sessionGUID,
      ...play,
      mvpd: 'Cablevision',
      proxyMvpd: 'Proxy',
      issuedAt,
      expiresAt: issuedAt + 420_000,
    },
  });
});

test.for([
  ['as text', (token: string) => token],
  ['in Base64', (token: string) => Buffer.from(token).toString('base64')],
  [
    'in Base64 with line breaks',
    (token: string) => `${Buffer.from(token).toString('base64').replaceAll(/.{76}/g, '$&\r\n')}\n`,
  ],
] as const)('a token %s', async ([, write]) => {
  expect(await verifyNow(write(signedFields()), play)).toMatchObject({ status: 'VALID_TOKEN' });
});

test.for([
  ['the documented element', signed(elementOf(fields, 'shortAuthorizationToken'), privateKey)],
  ['a closing tag after the signature', signed(elementOf(fields), privateKey, '</signatureInfo>')],
  ['an empty proxy', signedFields({ proxyMvpdId: '' })],
] as const)('%s is accepted', async ([, token]) => {
  expect(await verifyNow(token, play)).toMatchObject({ status: 'VALID_TOKEN' });
});

test('an MRSS resource is compared as it was before it was wrapped in CDATA', async () => {
  const resource = '<rss><title><![CDATA[A & B]]></title></rss>';
  const wrapped = `<![CDATA[${resource.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  const token = signedFields({ resourceID: wrapped });
  expect(await verifyNow(token, { ...play, resource })).toMatchObject({ status: 'VALID_TOKEN' });
});

test('escaped characters are restored', async () => {
  const token = signedFields({ resourceID: 'A &amp; B &lt;3' });
  expect(await verifyNow(token, { ...play, resource: 'A & B <3' })).toMatchObject({ status: 'VALID_TOKEN' });
});

describe('refused', () => {
  test.for([
    ['nothing', ''],
    ['text', 'token'],
    ['Base64 of something else', Buffer.from('{}').toString('base64')],
    ['bytes that are no UTF-8', Buffer.from([0x3c, 0xff, 0xfe]).toString('base64')],
    ['a signature alone', '<signatureInfo>AAAA<signatureInfo>'],
    ['no signature', elementOf(fields)],
    ['an element that is not closed', signed(elementOf(fields), privateKey).slice(0, -1)],
    ['another element', signed(elementOf(fields, 'token'), privateKey)],
    ['128 KB', signedFields({ resourceID: 'x'.repeat(128 * 1024) })],
  ] as const)('as malformed: %s', async ([, token]) => {
    expect(await verifyNow(token, play)).toMatchObject({ status: 'INVALID_TOKEN_FORMAT' });
  });

  test.for([
    ['a missing field', { ...fields, mvpdId: undefined }],
    ['a field of another name', { ...fields, admin: 'true' }],
    ['an entity', { ...fields, resourceID: '&xxe;' }],
    ['a nested element', { ...fields, resourceID: '<b>news</b>' }],
    ['a comment', { ...fields, resourceID: '<!-- x -->news' }],
    ['a lifetime that is no number', { ...fields, ttl: '-1' }],
    ['a time in another form', { ...fields, issueTime: '2026-01-01T00:00:00Z' }],
  ] as const)('as malformed although signed: %s', async ([, content]) => {
    const known = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
    const token = signed(elementOf(known), privateKey);
    expect(await verifyNow(token, play)).toMatchObject({ status: 'INVALID_TOKEN_FORMAT' });
  });

  test('as malformed although signed: a field twice', async () => {
    const element = elementOf(fields).replace('<ttl>', '<resourceID>sports</resourceID><ttl>');
    expect(await verifyNow(signed(element, privateKey), play)).toMatchObject({
      status: 'INVALID_TOKEN_FORMAT',
    });
  });

  test('when one byte was changed, before anything is read', async () => {
    for (const changed of ['<ttl>x', '<ttl>9'])
      expect(await verifyNow(signedFields().replace('<ttl>4', changed), play)).toMatchObject({
        status: 'INVALID_SIGNATURE',
      });
  });

  test('when another key signed, unless it is one of several', async () => {
    const other = pair();
    const token = signed(elementOf(fields), other.privateKey);
    expect(await verifyNow(token, play)).toMatchObject({ status: 'INVALID_SIGNATURE' });
    const both = verifierAt(issuedAt, { keys: [publicKey, other.publicKey] });
    expect(await both(token, play)).toMatchObject({ status: 'VALID_TOKEN' });
  });

  test('for another requestor and for another resource', async () => {
    expect(await verifyNow(signedFields(), { ...play, requestor: 'REF40' })).toEqual({
      status: 'INVALID_SIGNATURE',
      detail: 'it is for another requestor',
    });
    expect(await verifyNow(signedFields(), { ...play, resource: 'sports' })).toMatchObject({
      status: 'INVALID_RESOURCE_ID',
    });
  });

  test.for([
    [-420_001, 'TOKEN_EXPIRED'],
    [-420_000, 'VALID_TOKEN'],
    [420_000, 'VALID_TOKEN'],
    [420_001, 'TOKEN_EXPIRED'],
  ] as const)('%i ms after it was issued: %s', async ([age, status]) => {
    expect(await verifierAt(issuedAt + age)(signedFields(), play)).toMatchObject({ status });
  });

  test('later with a skew', async () => {
    const late = verifierAt(issuedAt + 421_000, { skew: 1_000 });
    expect(await late(signedFields(), play)).toMatchObject({ status: 'VALID_TOKEN' });
  });
});

test('a token is used once where uses are remembered, and a wrong resource does not use it up', async () => {
  const used = new Map<string, number>();
  const useOnce = async (id: string, until: number) => !used.has(id) && Boolean(used.set(id, until));
  const once = verifierAt(issuedAt, { useOnce });
  const token = signedFields();
  expect(await once(token, { ...play, resource: 'sports' })).toMatchObject({ status: 'INVALID_RESOURCE_ID' });
  expect(await once(token, play)).toMatchObject({ status: 'VALID_TOKEN' });
  expect(await once(Buffer.from(token).toString('base64'), play)).toMatchObject({
    status: 'TOKEN_ALREADY_USED',
  });
  expect([...used.values()]).toEqual([issuedAt + 420_000]);
});

test('the signed bytes are the element as text', () => {
  const element = elementOf(fields);
  const [, signature = ''] = /<signatureInfo>(.*?)</.exec(signed(element, privateKey)) ?? [];
  expect(verify('sha256', Buffer.from(element), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
});
