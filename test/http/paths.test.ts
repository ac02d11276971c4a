import { request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminPaths, authorizationServerPaths, type PathRow, publicPaths } from '#src/http/paths';
import { operationTable } from '#src/rest-v2/operations';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const samples: Readonly<Record<string, string>> = {
  serviceProvider: 'REF30',
  mvpd: 'Cablevision',
  code: '8ER640M',
  provider: 'dtc',
  interaction: 'abc',
};
const sampleOf = ({ path }: PathRow): string => {
  const { code: _, ...rest } = samples;
  const known = path === '/errors/{code}' ? { ...rest, code: 'gateway_not_found' } : samples;
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => known[name] ?? name);
};

const publicRows: readonly PathRow[] = [
  ...operationTable,
  ...Object.values(publicPaths),
  ...authorizationServerPaths,
];
const adminRows: readonly PathRow[] = Object.values(adminPaths);

let t: TestWorld;
/** Its path tells its content. */
let asset: string;
beforeAll(async () => {
  t = await startGateway();
  [asset = ''] = /\/assets\/[^"]+/.exec(await (await fetch(`${t.origin}/device`)).text()) ?? [];
});
afterAll(() => t[Symbol.asyncDispose]());

describe.each([
  ['public', publicRows, () => t.origin],
  ['admin', adminRows, () => t.adminOrigin],
] as const)('the %s listener', (_name, rows, origin) => {
  test.each(rows)('$method $path is served', async (row) => {
    const path = row.path.startsWith('/assets/') ? asset : sampleOf(row);
    const { status } = await request({ method: row.method, url: origin() + path });
    expect(status).not.toBe(404);
  });

  test.each([...Map.groupBy(rows, sampleOf)])(
    '%s takes the listed methods and no others',
    async (path, own) => {
      const { status, headers } = await request({ method: 'PUT', url: origin() + path });
      expect(status).toBe(405);
      const allowed = String(headers['allow'])
        .split(', ')
        .filter((method) => method !== 'HEAD');
      expect(allowed.sort()).toEqual(own.map(({ method }) => method).sort());
    },
  );
});
