import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryStores } from '#src/stores/memory/create';
import { createAdminClient } from '../support/admin.ts';
import { auditRecord } from '../support/builders.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const stores = createMemoryStores();
let t: TestWorld;
let admin: ReturnType<typeof createAdminClient>;

beforeAll(async () => {
  t = await startGateway({ overrides: { stores } });
  admin = createAdminClient(t.adminOrigin);
  for (let index = 0; index < 1_001; index += 1) {
    // An entry of the audit log comes with each.
    await stores.revocations.add({ kind: 'jti', id: `t${index}`, reason: '', at: 1 }, auditRecord());
    await stores.signIns.record({
      grant: `g${index}`,
      app: 'ref30-tv',
      family: 'ref',
      instance: 'i1',
      viewer: `a${index}`,
      provider: null,
      provenAt: 1,
      createdAt: 1,
      idleAt: 2 ** 42,
    });
  }
});
afterAll(() => t[Symbol.asyncDispose]());

describe.each([
  ['/revocations', 'revocations'],
  ['/audit', 'entries'],
  ['/accounts/audit', 'findings'],
])('%s', (path, member) => {
  const page = async (query = '') => {
    const { body } = await admin.get(path + query);
    return { ...body, length: (body[member] as unknown[] | undefined)?.length };
  };

  test('is read by the hundred, and a thousand at most', async () => {
    expect(await page()).toMatchObject({ length: 100, next: expect.anything() });
    expect(await page('?limit=1')).toMatchObject({ length: 1, next: expect.anything() });
    expect(await page('?limit=1000')).toMatchObject({ length: 1_000, next: expect.anything() });
  });

  test.each([
    ['1001', 'must be at most 1000'],
    ['0', 'must be at least 1'],
    ['-1', 'must be at least 1'],
    ['1.5', 'must be a whole number'],
    ['many', 'must be a number'],
  ])('limit=%s: %s', async (limit, detail) => {
    expect(await page(`?limit=${limit}`)).toMatchObject({ status: 400, field: 'limit', detail });
  });
});
