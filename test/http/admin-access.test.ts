import { type ApiRequest, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminRoles } from '#src/config/schema/listeners';
import { type AdminRow, adminPaths } from '#src/http/paths';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const tokenOf = (role: string): string => `token-of-who-may-${role}`.padEnd(32, '.');
const all = 'a-token-that-has-each-of-the-roles';

let t: TestWorld;
beforeAll(async () => {
  const tokens = adminRoles.map((role) => ({ id: `only-${role}`, token: tokenOf(role), roles: [role] }));
  t = await startGateway({
    settings: { admin: { tokens: [...tokens, { id: 'all', token: all, roles: [...adminRoles] }] } },
  });
});
afterAll(() => t[Symbol.asyncDispose]());

const call = (path: string, { headers = {}, ...more }: Omit<ApiRequest, 'url'> = {}) =>
  request({ ...more, url: t.adminOrigin + path, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const rows: readonly AdminRow[] = Object.values(adminPaths);

describe.each(rows)('$method $path', ({ method, path, role, withoutToken }) => {
  test('without a token', async () => {
    const { status, headers, body } = await call(path, { method });
    if (role === undefined) expect(status).toBe(200);
    else if (withoutToken !== undefined) expect([status, body]).toEqual([200, { status: 'ok' }]);
    else {
      expect([status, body['type']]).toEqual([401, expect.stringContaining('admin_token_required')]);
      expect(headers['www-authenticate']).toBe('Bearer');
      expect(body['detail']).toBe('send one as Authorization: Bearer');
    }
  });

  test.each(adminRoles)('with the role %s', async (own) => {
    const { status, body, text } = await call(path, { method, headers: bearer(tokenOf(own)) });
    if (role === undefined || role === own) {
      expect([401, 403, 404]).not.toContain(status);
    } else {
      expect([status, body['field']]).toEqual([403, role]);
      expect(body['type']).toContain('admin_role_required');
      expect(text, 'of the tokens that exist').not.toMatch(/only-|token-of/);
    }
  });

  test('with all roles', async () => {
    expect([401, 403, 404]).not.toContain((await call(path, { method, headers: bearer(all) })).status);
  });
});

test('readiness tells who may read the checks, and everybody else the status', async () => {
  expect((await call('/readyz', { headers: bearer(tokenOf('read')) })).body).toMatchObject({
    checks: { store: 'ok' },
  });
  expect((await call('/readyz', { headers: bearer('wrong') })).status).toBe(401);
});

describe('what is not exactly a bearer token is refused', () => {
  const read = tokenOf('read');
  test.each([
    ['nothing', 'Bearer'],
    ['a longer one', `Bearer ${read}x`],
    ['a shorter one', `Bearer ${read.slice(1)}`],
    ['another case', `Bearer ${read.toUpperCase()}`],
    ['two', `Bearer ${read} ${all}`],
    ['a wrong one', `Bearer ${'x'.repeat(32)}`],
    ['Basic', `Basic ${Buffer.from(`only-read:${read}`).toString('base64')}`],
    ['Basic with the token as it is', `Basic ${read}`],
  ])('%s', async (_what, authorization) => {
    for (const path of ['/metrics', '/nowhere']) {
      const { status, headers, body, text } = await call(path, { headers: { authorization } });
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(body['detail']).toBe('the one that was sent is not valid');
      expect(text).not.toMatch(/only-|token-of/);
    }
  });

  test('one in the query', async () => {
    const { status, body } = await call(`/metrics?access_token=${read}`, { headers: bearer(read) });
    expect([status, body['field']]).toEqual([401, 'access_token']);
  });

  test.each(['cookie', 'origin'])('one that comes with %s', async (name) => {
    const headers = { ...bearer(all), [name]: 'http://127.0.0.1:8081' };
    for (const path of ['/metrics', '/livez', '/readyz'])
      expect((await call(path, { headers })).status).toBe(403);
  });
});

test('a path that does not exist is a secret of those with a token', async () => {
  expect((await call('/nowhere')).status).toBe(401);
  expect((await call('/metrics', { method: 'DELETE' })).status).toBe(401);
  expect((await call('/nowhere', { headers: bearer(tokenOf('keys')) })).status).toBe(404);
  expect((await call('/metrics', { method: 'DELETE', headers: bearer(all) })).status).toBe(405);
});
