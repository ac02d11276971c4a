import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAdminClient } from '#src/cli/admin-client';
import type { AdminRole } from '#src/config/schema/listeners';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const ops = { id: 'ops', token: 'the-token-of-the-operators-of-today', roles: ['read' as AdminRole] };

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway({ settings: { admin: { tokens: [ops] } } });
});
afterAll(() => t[Symbol.asyncDispose]());

const clientFor = (changes: { host?: string; port?: number; tokens?: (typeof ops)[] } = {}) =>
  createAdminClient({
    host: '127.0.0.1',
    port: Number(new URL(t.adminOrigin).port),
    allowedHosts: [],
    tokens: [ops],
    ...changes,
  });

test('reads with a token that has the role, and what needs none without', async () => {
  const client = clientFor();
  expect(await client.get('/readyz', 'read')).toMatchObject({
    status: 200,
    body: { checks: { store: 'ok' } },
  });
  expect(await client.get('/readyz')).toEqual({ status: 200, body: { status: 'ok' } });
});

test.each(['0.0.0.0', 'localhost'])('reaches a listener on %s', async (host) => {
  expect((await clientFor({ host }).get('/livez')).status).toBe(200);
});

test('says which role no token has', async () => {
  await expect(clientFor().get('/revocations', 'revoke')).rejects.toMatchObject({
    code: 'config_invalid',
    field: 'admin.tokens',
    hint: 'no token has the role revoke',
  });
});

test.each([
  [
    'a token of another configuration',
    { tokens: [{ ...ops, token: 'x'.repeat(32) }] },
    'The admin listener requires a bearer token (setting admin.tokens): the one that was sent is not valid.\n',
  ],
  [
    'no token where one is required',
    { tokens: [] },
    '(setting admin.tokens): send one as Authorization: Bearer.\n',
  ],
])('says that %s was refused', async (_what, changes, reason) => {
  const refused = await clientFor(changes)
    .get('/revocations', 'read')
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'admin_refused', hint: expect.stringContaining(reason) });
  expect(JSON.stringify(refused)).not.toContain('xxxx');
});

test('says that nothing answers, and that something else does', async () => {
  await expect(clientFor({ port: 1 }).get('/livez')).rejects.toMatchObject({
    code: 'admin_unreachable',
    hint: 'No gateway answers at http://127.0.0.1:1: is it running, with this configuration?',
  });
  const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(clientFor({ port }).get('/livez')).rejects.toMatchObject({
    code: 'admin_unreachable',
    hint: expect.stringContaining('is not Kinpass'),
  });
  other.close();
});
