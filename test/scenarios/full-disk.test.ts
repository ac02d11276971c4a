import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFile } from '../stores/sqlite-files.ts';
import { eventually } from '../support/eventually.ts';
import { connect } from '../support/postgres.ts';
import { canMount, fillDisk, mounting } from '../support/small-disk.ts';
import { startGateway } from '../support/start-gateway.ts';
import { findBinaries, startPostgres } from '../support/start-postgres.ts';
import { startProcess } from '../support/start-process.ts';

const statusOf = async (url: string) => (await fetch(url)).status;
const failures = async (admin: string) =>
  /^kinpass_store_failures_total\{reason="disk-full"\} (\d+)$/m.exec(
    await (await fetch(`${admin}/metrics`)).text(),
  )?.[1];

/** Writes until there is no more room: what is allocated already takes some. */
const refused = async (write: () => Promise<Response>): Promise<Response> => {
  for (let rows = 0; rows < 2_000; rows += 1) {
    const answer = await write();
    if (answer.status !== 201) return answer;
  }
  throw new Error('there was always room');
};

describe.skipIf(!canMount)('a full disk (needs root and mount namespaces)', () => {
  test('under SQLite: reads are served, writes are refused, and work again once there is space', async () => {
    const file = await temporaryFile();
    const folder = dirname(file);
    await mkdir(folder);
    const t = await startProcess(file, { within: mounting(folder, 8) });
    const empty = fillDisk(t.pid, folder);
    const answer = await refused(t.register);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await t.look()).toEqual([401, 200]);
    expect([await statusOf(`${t.admin}/readyz`), Number(await failures(t.admin)) > 0]).toEqual([503, true]);
    empty();
    expect((await t.register()).status).toBe(201);
    await eventually(async () => expect(await statusOf(`${t.admin}/readyz`)).toBe(200));
  });

  test('under PostgreSQL: the same', async () => {
    const server = await startPostgres((await findBinaries()) ?? '', { small: 8 });
    onTestFinished(() => server.stop());
    const folder = join(server.folder, 'small');
    const client = await connect('public', server.url);
    await client.query(`CREATE TABLESPACE small LOCATION '${folder}'`);
    await client.query('ALTER ROLE kinpass SET default_tablespace = small');
    const { url } = server;
    const t = await startGateway({
      settings: {
        store: { kind: 'postgres', url, tls: { mode: 'disable' } },
        limits: { registrations: { count: 100_000 } },
      },
    });
    onTestFinished(() => t[Symbol.asyncDispose]());
    const phone = await t.signIn(t.device('phone'), 'ana');
    expect((await phone.profiles()).status).toBe(200);
    const [app] = t.simulator.fixtures.apps;
    const register = () =>
      fetch(`${t.origin}/o/client/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ software_statement: app?.softwareStatement }),
      });
    expect(await statusOf(`${t.adminOrigin}/readyz`)).toBe(200); // its row has its room from now on
    const empty = fillDisk(server.pid, folder);
    const answer = await refused(register);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await phone.profiles()).status).toBe(200);
    expect([await statusOf(`${t.adminOrigin}/readyz`), Number(await failures(t.adminOrigin)) > 0]).toEqual([
      503,
      true,
    ]);
    empty();
    expect((await register()).status).toBe(201);
  });
});
