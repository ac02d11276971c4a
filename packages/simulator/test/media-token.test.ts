import { createPrivateKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createMediaTokens } from '#src/adobe-pass/decisions/media-token';
import { createKey } from '#src/adobe-pass/key';
import { createMediaTokenVerifier, createUsedTokens, type MediaTokenStatus } from '#src/media-token-verifier';
import { createManualClock } from './support/manual-clock.ts';
import { seen } from './xacml/other-xml.ts';

const rsa = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength });
const adobe = rsa();
const another = rsa();

const issued = Date.UTC(2026, 0, 1);

interface Vector {
  fields?: Record<string, string | null>;
  element?: string;
  key?: KeyObject;
  hash?: string;
  /** After signing. */
  bend?: (raw: string) => string;
  raw?: boolean;
}

/** Tokens made by hand, with nothing of what the simulator signs with. */
const token = ({
  fields = {},
  element = 'authToken',
  key = adobe.privateKey,
  hash = 'sha256',
  bend = (raw) => raw,
  raw = false,
}: Vector = {}): string => {
  const all = {
    sessionGUID: '0123456789abcdef0123456789abcdef',
    requestorID: 'REF30',
    resourceID: 'REF30',
    ttl: '420000',
    issueTime: '2025-12-31 16:00:00 -0800',
    mvpdId: 'SimMVPD',
    ...fields,
  };
  const inside = Object.entries(all)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('');
  const body = `<${element}>${inside}</${element}>`;
  const signature = sign(hash, Buffer.from(body), key).toString('base64');
  const bent = bend(`<signatureInfo>${signature}<signatureInfo>${body}`);
  return raw ? bent : Buffer.from(bent).toString('base64');
};

const verifierAt = (now: number, options: Partial<Parameters<typeof createMediaTokenVerifier>[0]> = {}) =>
  createMediaTokenVerifier({ keys: [adobe.publicKey], clock: createManualClock(now), ...options });

const statusOf = (serialized: string, now = issued + 60_000): MediaTokenStatus =>
  verifierAt(now)(serialized, { requestorId: 'REF30', resourceId: 'REF30' }).status;

test('a valid token tells what it holds', () => {
  const verified = verifierAt(issued)(token({ fields: { proxyMvpdId: 'SimProxy' } }), {
    requestorId: 'REF30',
    resourceId: 'REF30',
  });
  expect(verified).toEqual({
    status: 'VALID_TOKEN',
    detail: null,
    token: {
      sessionGuid: '0123456789abcdef0123456789abcdef',
      requestorId: 'REF30',
      resourceId: 'REF30',
      ttl: 420_000,
      issueTime: issued,
      mvpdId: 'SimMVPD',
      proxyMvpdId: 'SimProxy',
    },
  });
});

describe('forms', () => {
  test.each<[string, Vector]>([
    ['decoded already', { raw: true }],
    ['by the documented name', { element: 'shortAuthorizationToken' }],
    ['with the second tag closed', { bend: (raw) => raw.replace('<signatureInfo><a', '</signatureInfo><a') }],
    ['in lines', { bend: (raw) => `${raw}\n` }],
    ['with an empty proxy', { fields: { proxyMvpdId: '' } }],
    ['with entities of XML', { fields: { mvpdId: 'A&amp;B' } }],
    ['with CDATA', { fields: { resourceID: '<![CDATA[REF30]]>' } }],
  ])('%s', (_what, vector) => {
    expect(statusOf(token(vector))).toBe('VALID_TOKEN');
  });
});

describe('refused', () => {
  const doctype = '<!DOCTYPE a [<!ENTITY r "REF30">]>';
  test.each<[MediaTokenStatus, string, string]>([
    ['INVALID_TOKEN_FORMAT', 'nothing', ''],
    ['INVALID_TOKEN_FORMAT', 'something else', 'REF30!'],
    ['INVALID_TOKEN_FORMAT', 'Base64 of something else', Buffer.from('REF30').toString('base64')],
    ['INVALID_TOKEN_FORMAT', 'text in front', token({ bend: (raw) => `x${raw}` })],
    ['INVALID_TOKEN_FORMAT', 'another element', token({ element: 'token' })],
    [
      'INVALID_TOKEN_FORMAT',
      'a document type',
      token({ bend: (raw) => raw.replace('<authToken>', `${doctype}<authToken>`) }),
    ],
    ['INVALID_TOKEN_FORMAT', 'too long', token({ fields: { resourceID: 'x'.repeat(200_000) } })],
    ['INVALID_TOKEN_FORMAT', 'a field missing', token({ fields: { mvpdId: null } })],
    ['INVALID_TOKEN_FORMAT', 'a field unknown', token({ fields: { admin: 'true' } })],
    ['INVALID_TOKEN_FORMAT', 'a field twice', token({ fields: { mvpdId: 'a</mvpdId><mvpdId>b' } })],
    ['INVALID_TOKEN_FORMAT', 'elements in a field', token({ fields: { resourceID: '<b>REF30</b>' } })],
    ['INVALID_TOKEN_FORMAT', 'an unknown entity', token({ fields: { resourceID: '&r;' } })],
    ['INVALID_TOKEN_FORMAT', 'a time that is none', token({ fields: { issueTime: 'yesterday' } })],
    ['INVALID_TOKEN_FORMAT', 'a life that is none', token({ fields: { ttl: 'NaN' } })],
    ['INVALID_TOKEN_FORMAT', 'a negative life', token({ fields: { ttl: '-1' } })],
    ['INVALID_SIGNATURE', 'another key', token({ key: another.privateKey })],
    ['INVALID_SIGNATURE', 'another digest', token({ hash: 'sha1' })],
    ['INVALID_SIGNATURE', 'a field changed', token({ bend: (raw) => raw.replace('SimMVPD', 'SimMVPE') })],
    ['INVALID_SIGNATURE', 'a space added', token({ bend: (raw) => raw.replace('<ttl>', ' <ttl>') })],
    [
      'INVALID_SIGNATURE',
      'another element around',
      token({ bend: (raw) => raw.replaceAll('authToken>', 'shortAuthorizationToken>') }),
    ],
    ['INVALID_SIGNATURE', 'another requestor', token({ fields: { requestorID: 'REF40' } })],
    ['INVALID_RESOURCE_ID', 'another resource', token({ fields: { resourceID: 'REF40' } })],
    ['INVALID_RESOURCE_ID', 'a resource of another case', token({ fields: { resourceID: 'ref30' } })],
    ['TOKEN_EXPIRED', 'issued in the future', token({ fields: { issueTime: '2026-01-01 00:08:01 +0000' } })],
  ])('%s: %s', (status, _what, serialized) => {
    expect(statusOf(serialized)).toBe(status);
  });

  test('first by signature, then by requestor, time, resource', () => {
    const wrongInAll = { requestorID: 'REF40', resourceID: 'x' };
    const late = issued + 420_001;
    expect(statusOf(token({ fields: wrongInAll, key: another.privateKey }), late)).toBe('INVALID_SIGNATURE');
    expect(statusOf(token({ fields: { resourceID: 'x' } }), late)).toBe('TOKEN_EXPIRED');
    expect(statusOf(token({ fields: { resourceID: 'x' } }))).toBe('INVALID_RESOURCE_ID');
  });
});

test('a token holds for its whole life, and no longer', () => {
  expect(statusOf(token(), issued + 420_000)).toBe('VALID_TOKEN');
  expect(statusOf(token(), issued + 420_001)).toBe('TOKEN_EXPIRED');
  const expected = { requestorId: 'REF30', resourceId: null };
  const lenient = verifierAt(issued + 450_000, { skew: 30_000 });
  expect(lenient(token(), expected).status).toBe('VALID_TOKEN');
  const strict = verifierAt(issued + 60_001, { maxTtl: 60_000 });
  expect(strict(token(), expected).status).toBe('TOKEN_EXPIRED');
});

test('without a resource to compare, any will do', () => {
  const verifyToken = verifierAt(issued);
  expect(verifyToken(token(), { requestorId: 'REF30', resourceId: null }).status).toBe('VALID_TOKEN');
});

test('where tokens count once, the second time is refused', () => {
  const verifyToken = verifierAt(issued, { used: createUsedTokens(createManualClock(issued)) });
  const expected = { requestorId: 'REF30', resourceId: 'REF30' };
  expect(verifyToken(token(), { ...expected, resourceId: 'REF40' }).status).toBe('INVALID_RESOURCE_ID');
  expect(verifyToken(token(), expected).status).toBe('VALID_TOKEN');
  expect(verifyToken(token({ raw: true }), expected)).toMatchObject({
    status: 'TOKEN_EXPIRED',
    detail: 'the token has been used before',
  });
});

test('several keys may be in use; short ones only where somebody asks for them', () => {
  const short = rsa(1024);
  const keys = [another.publicKey, short.publicKey];
  const expected = { requestorId: 'REF30', resourceId: 'REF30' };
  const old = token({ key: short.privateKey });
  expect(verifierAt(issued, { keys })(token({ key: another.privateKey }), expected).status).toBe(
    'VALID_TOKEN',
  );
  expect(verifierAt(issued, { keys })(old, expected).status).toBe('INVALID_SIGNATURE');
  expect(verifierAt(issued, { keys, minModulusBits: 1024 })(old, expected).status).toBe('VALID_TOKEN');
});

describe('what the simulator signs', () => {
  const mrss =
    '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>REF30</title><item><title><![CDATA[A & B]]></title></item></channel></rss>';
  const fields = {
    serviceProvider: 'REF30',
    resource: mrss,
    mvpd: 'ValleyTel',
    proxyMvpd: 'Proxy_GLDS',
    userId: 'ben',
    issuedAt: issued,
    lifetime: 420_000,
  };
  const signer = () => {
    const key = createKey({ changed: () => {} });
    return { sign: createMediaTokens(key).sign, key };
  };

  test('has the observed form: fields in their order, MRSS restored by any XML reader', async () => {
    const { sign: signToken, key } = signer();
    const raw = Buffer.from(await signToken(fields), 'base64').toString('utf8');
    const [, signature = '', element = ''] = raw.split('<signatureInfo>');
    expect(seen(element)).toEqual([
      'authToken',
      {},
      ['sessionGUID', {}, expect.stringMatching(/^[0-9a-f]{32}$/)],
      ['requestorID', {}, 'REF30'],
      ['resourceID', {}, mrss],
      ['ttl', {}, '420000'],
      ['issueTime', {}, '2025-12-31 16:00:00 -0800'],
      ['mvpdId', {}, 'ValleyTel'],
      ['proxyMvpdId', {}, 'Proxy_GLDS'],
    ]);
    const publicKey = await key.publicKey();
    expect(verify('sha256', Buffer.from(element), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
    expect(createPrivateKey(await key.privateKey()).asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  test('is accepted by the verifier', async () => {
    const { sign: signToken, key } = signer();
    const serialized = await signToken(fields);
    const verifyToken = verifierAt(issued, { keys: [await key.get()] });
    const verified = verifyToken(serialized, { requestorId: 'REF30', resourceId: mrss });
    expect(verified).toMatchObject({ status: 'VALID_TOKEN', token: { resourceId: mrss } });
  });

  test('names one subscriber always the same, and differently at each MVPD', async () => {
    const { sign: signToken } = signer();
    const guid = async (more: Partial<typeof fields>) =>
      /<sessionGUID>(.*)<\/sessionGUID>/.exec(
        Buffer.from(await signToken({ ...fields, ...more }), 'base64').toString(),
      )?.[1];
    expect(await guid({})).toBe(await guid({ resource: 'REF40' }));
    expect(await guid({})).not.toBe(await guid({ mvpd: 'Dish' }));
    expect(await guid({})).not.toBe(await guid({ userId: 'ana' }));
  });
});
