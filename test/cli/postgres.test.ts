import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemIds } from '#src/lib/ids';
import { connect, postgresUrl, temporarySchema } from '../support/postgres.ts';
import { runKinpass } from '../support/run-kinpass.ts';
import { startWorkers, type WorkersWorld } from '../support/start-workers.ts';

// Each command is a process of its own, beside those of other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

let t: WorkersWorld;
/** Where the settings are. */
let config = '';

const kinpass = async (...args: string[]) => {
  await using run = runKinpass(args, { env: { KINPASS_CONFIG: config } });
  return `${await run.ended}: ${run.output}`;
};

/** Several at once, each with the end of its output. */
const together = (...commands: string[]) =>
  Promise.all(commands.map((words) => kinpass(...words.split(' '))));

describe.skipIf(!postgresUrl)('two workers and the commands, on PostgreSQL with the keys in it', () => {
  const settings = temporarySchema({}, afterAll);

  beforeAll(async () => {
    const { url, schema, tls } = settings;
    t = await startWorkers(2, {
      store: { kind: 'postgres', url, schema, tls: { mode: tls.mode } },
      keys: { in: 'store', masterKey: systemIds.secret(32) },
    });
    config = join(t.run.folder, 'kinpass.yaml');
  });
  afterAll(() => t?.[Symbol.asyncDispose]());

  test('both workers serve a viewer, and operators see both', async () => {
    const tv = await t.signIn('tv', 'ana');
    const headers = { authorization: `Bearer ${tv.tokens?.accessToken}` };
    for (let call = 0; call < 8; call += 1) {
      expect((await t.get('/me', headers)).status).toBe(200);
    }
    const { status, body } = await t.admin.get('/readyz');
    expect([status, body['checks']]).toEqual([200, { store: 'ok', serviceTokenKey: 'ok', workers: 'ok' }]);
    const { text } = await t.admin.get('/metrics');
    // Of three processes.
    const idle = Number(/^kinpass_postgres_connections\{state="idle"\} (\d+)$/m.exec(text)?.[1]);
    expect(idle).toBeGreaterThanOrEqual(3);
  });

  test('read-only commands report no problems', async () => {
    const [health, doctor, check, migrate, accounts, plan, history, verified] = await together(
      'health',
      'doctor --only store,keys',
      'store check',
      'store migrate',
      'accounts audit',
      'subjects plan',
      'subjects history',
      'keys verify',
    );
    expect(health).toMatch(/^0: .*ready/s);
    expect(doctor).toMatch(/^0: .*The database can be used\./s);
    expect(doctor).toContain('Service tokens can be signed.');
    expect(check).toMatch(/^0: .*The database "\w+" at \S+ is whole: \d+ MB, schema \d+, read in/s);
    expect(migrate).toMatch(/^0: The database "\w+" at \S+ has schema \d+ already\.\n$/);
    expect(accounts).toBe('0: Nothing was found.\n');
    expect([plan, history]).toEqual([expect.stringMatching(/^0: /), expect.stringMatching(/^0: /)]);
    expect(verified).toMatch(/^0: .*active/s);
    const { password } = new URL(settings.url);
    if (password) expect(`${doctor}${check}${migrate}`).not.toContain(password);
  });

  test('a key rotation reaches every worker', async () => {
    const kid = /^(?:0: )?(\S+) generated as a draft/m.exec(await kinpass('keys', 'generate'))?.[1] ?? '';
    expect(await kinpass('keys', 'export', '--out', join(t.run.folder, 'out'), '--', kid)).toMatch(/^0: /);
    expect(await kinpass('keys', 'acknowledge', '--reason', 'ticket 1', '--', kid)).toMatch(/^0: /);
    expect(await kinpass('keys', 'activate', '--', kid)).toMatch(/^0: /);
    await expect
      .poll(async () => {
        const answers = await Promise.all(
          Array.from({ length: 6 }, () => t.get('/.well-known/service-token-jwks.json')),
        );
        return answers.every(({ body }) => body.includes(kid));
      })
      .toBe(true);
  });

  test('a revocation takes effect at once in both workers, until it is lifted', async () => {
    const phone = await t.signIn('phone', 'ben');
    const headers = { authorization: `Bearer ${phone.tokens?.accessToken}` };
    const me = JSON.parse((await t.get('/me', headers)).body).sub;
    expect(await kinpass('revoke', 'account', me, '--reason', 'stolen')).toMatch(
      /^0: .*^The account \S+ is revoked since/ms,
    );
    await expect
      .poll(async () => {
        const answers = await Promise.all(Array.from({ length: 4 }, () => t.get('/me', headers)));
        return answers.map(({ status }) => status);
      })
      .toEqual([401, 401, 401, 401]);
    expect(await kinpass('revoke', 'list')).toContain(me);
    expect(await kinpass('revoke', 'account', me, '--lift')).toMatch(
      /^0: .*^The revocation of account \S+ is lifted/ms,
    );
  });

  test('the audit log is exported and verified; a log changed by the database owner fails verification', async () => {
    const exported = join(t.run.folder, 'audit.jsonl');
    const printed = await kinpass('audit', 'export');
    writeFileSync(exported, printed.replace(/^0: /, ''));
    expect(readFileSync(exported, 'utf8')).toContain('"account.revoke"');
    expect(await kinpass('audit', 'verify', exported)).toMatch(/^0: The chain is intact: \d+ entries/);
    const owner = await connect(settings.schema);
    await owner.query(
      `GRANT UPDATE ON audit TO CURRENT_USER; UPDATE audit SET entry = replace(entry, 'stolen', 'borrowed')`,
    );
    expect(await kinpass('audit', 'verify')).toMatch(/^1: /);
  });

  test('a new subject secret applies to accounts created after the next start', async () => {
    expect(await kinpass('subjects', 'new-secret', '--reason', 'ticket 2')).toMatch(/^0: /);
  });
});
