import { generateKeyPairSync, verify } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { compactVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { systemIds } from '#src/lib/ids';
import { createIssueServiceToken } from '#src/service-token/issue';
import { importKmsKey } from '#src/signing-keys/admin/add-key';
import { destroyKey } from '#src/signing-keys/admin/destroy-key';
import { createKeyExport } from '#src/signing-keys/admin/key-export';
import { takeStep } from '#src/signing-keys/admin/take-step';
import { signAwsRequest } from '#src/signing-keys/kms/aws-signature';
import { createKms } from '#src/signing-keys/kms/kms';
import { createManualClock } from '../support/manual-clock.ts';
import { hour, keysFolder } from './keys-folder.ts';
import { standInKms } from './stand-in-kms.ts';

const keyId = 'arn:aws:kms:eu-central-1:111122223333:key/service-tokens';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const settingsAt = (origin: string) => ({
  origin,
  region: 'eu-central-1',
  timeout: 2_000,
  credentials: 'settings' as const,
  ...credentials,
});

test('signs the example request of the AWS documentation', () => {
  const { authorization } = signAwsRequest(
    {
      method: 'GET',
      url: new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'),
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: '',
    },
    credentials,
    { region: 'us-east-1', service: 'iam', now: Date.UTC(2015, 7, 30, 12, 36) },
  );
  expect(authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  );
});

describe('a key at a key management service', () => {
  test('signs digests, in signed requests', async () => {
    await using kms = await standInKms(keyId, privateKey);
    const clock = createManualClock();
    const settings = { ...settingsAt(kms.origin), sessionToken: 'session' };
    const bytes = Buffer.from('header.payload');
    const signature = await createKms({ settings, clock }).signer(keyId, publicKey).sign(bytes);
    expect(verify('sha256', bytes, publicKey, signature)).toBe(true);
    const [{ target, headers, body, text } = never()] = kms.seen;
    expect(target).toBe('TrentService.Sign');
    expect(body).toEqual({
      KeyId: keyId,
      Message: expect.stringMatching(/^[\w+/]{43}=$/),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    });
    expect(headers['x-amz-security-token']).toBe('session');
    // Signing what arrived again gives the same signature: nothing was changed on the way.
    const sent = signAwsRequest(
      {
        method: 'POST',
        url: new URL('/', kms.origin),
        headers: {
          'content-type': String(headers['content-type']),
          'x-amz-target': target,
        },
        body: text,
      },
      settings,
      { region: 'eu-central-1', service: 'kms', now: clock.now() },
    );
    expect(headers.authorization).toBe(sent['authorization']);
  });

  const status =
    (code: number, body = '{}') =>
    (response: ServerResponse) =>
      response.writeHead(code).end(body);
  const throttled = status(400, '{"__type":"ThrottlingException"}');
  const wrong = JSON.stringify({ Signature: Buffer.alloc(256, 1).toString('base64') });

  test.each([
    ['a server error', status(500)],
    ['an unavailable service', status(503)],
    ['throttling', throttled],
    ['throttling by status', status(429)],
    ['a closed connection', (response: ServerResponse) => response.destroy()],
  ])('%s is retried once', async (_, fault) => {
    await using kms = await standInKms(keyId, privateKey);
    const signer = createKms({ settings: settingsAt(kms.origin), clock: createManualClock() }).signer(
      keyId,
      publicKey,
    );
    kms.faults.push(fault);
    await expect(signer.sign(Buffer.from('x'))).resolves.toHaveLength(256);
    kms.faults.push(fault, fault);
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({
      code: 'gateway_service_token_unavailable',
    });
    expect(kms.seen).toHaveLength(4);
  });

  test.each([
    ['a refusal', status(400, '{"__type":"AccessDeniedException"}'), 'KMS Sign: status 400', 1],
    ['another status', status(403, 'ThrottlingException'), 'KMS Sign: status 403', 1],
    ['a signature in an error', status(201, wrong), 'KMS Sign: status 201', 1],
    ['a signature of another key', status(200, wrong), 'the signature does not match the key', 1],
    ['a response that is not JSON', status(200, '<html>'), 'JSON', 1],
    ['no signature', status(200, '{}'), 'Signature', 1],
    ['a signature with other characters', status(200, '{"Signature":"_AAA"}'), 'Signature', 1],
    ['a signature with text after it', status(200, '{"Signature":"AAAA=!"}'), 'Signature', 1],
    ['a response that is too large', status(200, ' '.repeat(32_769)), 'the response of KMS is too large', 2],
    ['a response at the limit', status(200, '{}'.padEnd(32_768)), 'Signature', 1],
    [
      'a redirect',
      (response: ServerResponse) =>
        response.writeHead(307, { location: `http://${response.req.headers.host}/` }).end(),
      'fetch failed',
      2,
    ],
  ] as [string, (response: ServerResponse) => void, string, number][])(
    '%s is an error',
    async (_, fault, why, requests) => {
      await using kms = await standInKms(keyId, privateKey);
      const signer = createKms({ settings: settingsAt(kms.origin), clock: createManualClock() }).signer(
        keyId,
        publicKey,
      );
      kms.faults.push(fault, fault);
      const error: unknown = await signer.sign(Buffer.from('x')).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'gateway_service_token_unavailable',
        status: 503,
        detail: 'KMS did not sign',
        cause: { message: expect.stringContaining(why) },
      });
      expect(kms.seen).toHaveLength(requests);
      expect(JSON.stringify(error)).not.toContain(credentials.secretAccessKey);
    },
  );

  test('a service that does not respond times out', async () => {
    await using kms = await standInKms(keyId, privateKey);
    const settings = { ...settingsAt(kms.origin), timeout: 50 };
    const signer = createKms({ settings, clock: createManualClock() }).signer(keyId, publicKey);
    kms.faults.push(
      () => {},
      () => {},
    );
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({
      code: 'gateway_service_token_unavailable',
    });
    expect(kms.seen).toHaveLength(2);
  });
});

test('the public key must be one that signs RS256', async () => {
  await using kms = await standInKms(keyId, privateKey);
  const { publicKey: read } = createKms({ settings: settingsAt(kms.origin), clock: createManualClock() });
  expect((await read(keyId)).equals(publicKey)).toBe(true);
  const [{ target, headers } = never()] = kms.seen;
  expect(target).toBe('TrentService.GetPublicKey');
  expect(headers['content-type']).toBe('application/x-amz-json-1.1');
  const good = {
    PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: ['RSASSA_PKCS1_V1_5_SHA_256'],
  };
  for (const changes of [
    { KeyUsage: 'ENCRYPT_DECRYPT' },
    { SigningAlgorithms: ['RSASSA_PSS_SHA_256'] },
    { SigningAlgorithms: undefined },
    { PublicKey: 'AAAA' },
  ]) {
    kms.faults.push((response) => response.writeHead(200).end(JSON.stringify({ ...good, ...changes })));
    await expect(read(keyId)).rejects.toMatchObject({
      code: 'keys_invalid',
      field: 'keys.kms',
      hint: `keys.kms returned no public key for ${keyId} that signs RSASSA_PKCS1_V1_5_SHA_256: check id, credentials and region`,
      cause: expect.any(Error),
    });
  }
});

test('headers are signed in order, without the spaces around them', () => {
  const sign = (headers: Record<string, string>) =>
    signAwsRequest(
      { method: 'POST', url: new URL('https://kms.example/'), headers, body: '{}' },
      credentials,
      {
        region: 'eu-central-1',
        service: 'kms',
        now: 0,
      },
    )['authorization'];
  const signature = sign({ 'content-type': 'text/plain', 'x-amz-target': 'TrentService.Sign' });
  expect(signature).toContain('SignedHeaders=content-type;host;x-amz-date;x-amz-target,');
  expect(sign({ 'x-amz-target': ' TrentService.Sign ', 'content-type': 'text/plain' })).toBe(signature);
});

test('such a key has the same lifecycle', async () => {
  await using kms = await standInKms(keyId, privateKey);
  await using keys = await keysFolder({ settings: { kms: { ...settingsAt(kms.origin), timeout: '2s' } } });
  const [ring, manager] = [await keys.ring(), await keys.manager()];
  await expect(importKmsKey(manager, 'another')).rejects.toMatchObject({
    code: 'keys_invalid',
    field: 'keys.kms',
  });
  const { kid } = await importKmsKey(manager, keyId);
  await createKeyExport(manager, kid);
  await takeStep(manager, { event: 'acknowledged', key: kid });
  await takeStep(manager, { event: 'activated', key: kid });
  await ring.reload();
  const issue = createIssueServiceToken({ keys: ring, clock: keys.clock, ids: systemIds, maxKept: 1 });
  const token = await issue({
    subject: 'ana',
    issuer: 'https://sso.example',
    audience: 'adobe',
    lifetime: hour,
  });
  const { protectedHeader } = await compactVerify(token, publicKey);
  expect(protectedHeader).toEqual({ alg: 'RS256', kid, typ: 'JWT' });
  const { kmsKeyId } = await destroyKey(manager, kid);
  expect(kmsKeyId).toBe(keyId);
});

const never = (): never => {
  throw new Error('KMS was not asked');
};
