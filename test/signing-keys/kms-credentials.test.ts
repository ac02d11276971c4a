import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createCredentialSource } from '#src/signing-keys/kms/credentials';

const common = { origin: 'https://kms.example', region: 'eu-central-1', timeout: 2_000 };

/** What a process finds that has this environment. */
const foundWith = async (env: Record<string, string>): Promise<unknown> => {
  const script = join(import.meta.dirname, 'processes/platform-credentials.ts');
  const args = ['--conditions=kinpass-source', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout);
};

/** What tells a container its credentials, as on EKS with Pod Identity and on ECS. */
const containerEndpoint = async (): Promise<string> => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    const answer = { AccessKeyId: `key ${asked}`, SecretAccessKey: 'secret', Token: 'session' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...answer, Expiration: '2099-01-01T00:00:00Z' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/credentials`;
};

test('credentials of the settings are used as they are', async () => {
  const given = { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'session' };
  const source = createCredentialSource({ ...common, ...given, credentials: 'settings' });
  await source.open();
  expect(await source.current()).toEqual(given);
});

test('those of the platform come from its environment', async () => {
  const found = { accessKeyId: 'key', secretAccessKey: 'secret' };
  expect(await foundWith({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' })).toEqual([
    found,
    found,
  ]);
});

test('or from its endpoint, which is asked again only when they expire', async () => {
  const found = { accessKeyId: 'key 1', secretAccessKey: 'secret', sessionToken: 'session' };
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: await containerEndpoint() };
  expect(await foundWith(env)).toEqual([found, found]);
});

test('without the package there is no start, and the cure is told', async () => {
  const name: string = '@aws-sdk/of-another-world';
  const load = (): Promise<unknown> => import(name);
  await expect(
    createCredentialSource({ ...common, credentials: 'platform' }, load).open(),
  ).rejects.toMatchObject({
    code: 'keys_invalid',
    field: 'keys.kms.credentials',
    hint: expect.stringMatching(/is not installed: run npm install @aws-sdk\/credential-providers/),
  });
});
