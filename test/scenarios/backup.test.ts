import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createAdminClient } from '../support/admin.ts';
import { createStoreMachine, type Kind, refresh, signedIn } from '../support/machine.ts';
import { connect, postgresUrl } from '../support/postgres.ts';

const run = promisify(execFile);
const page = readFileSync(join(import.meta.dirname, '../../docs/backup.md'), 'utf8');

/** The commands of docs/backup.md, in order of appearance. */
const blocks = [...page.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, commands = '']) => commands);

/** The one in which there is this word. */
const commandsWith = (word: string): string => {
  const found = blocks.filter((block) => block.includes(word));
  if (found.length !== 1) throw new Error(`${found.length} blocks of docs/backup.md have "${word}"`);
  return found[0] ?? '';
};

const isInstalled = async (program: string): Promise<boolean> =>
  run(program, ['--version']).then(
    () => true,
    () => false,
  );

const tools = {
  sqlite: await isInstalled('sqlite3'),
  postgres: postgresUrl !== '' && (await isInstalled('pg_dump')) && (await isInstalled('pg_restore')),
};

/** A machine, and the commands of the page with its places instead of those that the page has. */
const operated = (kind: Kind) => {
  const machine = createStoreMachine();
  const { folder, schema, fileOf } = machine;
  mkdirSync(join(folder, 'backup'));
  const env = { ...process.env, KINPASS_STORE_URL: postgresUrl, RESTORED_URL: postgresUrl };
  const sh = async (commands: string): Promise<void> => {
    const own = commands
      .replaceAll('/var/lib/kinpass', folder)
      .replaceAll('/etc/kinpass.yaml', fileOf(kind))
      .replaceAll('/backup/', `${folder}/backup/`)
      .replaceAll('--schema=kinpass', `--schema=${schema}`)
      .replaceAll(' -o kinpass', '');
    await run('sh', ['-euc', own], { env });
  };
  const byKind = {
    sqlite: {
      backUp: () => sh(commandsWith('VACUUM INTO')),
      destroy: async () => {
        for (const name of ['kinpass.db', 'kinpass.db-wal', 'kinpass.db-shm', 'keys'])
          rmSync(join(folder, name), { recursive: true, force: true });
      },
      restore: () => sh(commandsWith('install -m 600')),
    },
    postgres: {
      backUp: () => sh(commandsWith('pg_dump')),
      destroy: async () => {
        await (await connect(schema)).query(`DROP SCHEMA "${schema}" CASCADE`);
      },
      restore: () => sh(commandsWith('pg_restore')),
    },
  };
  return { ...machine, ...byKind[kind] };
};

describe.each(['sqlite', 'postgres'] as const)('a backup of %s', (kind) => {
  test.skipIf(!tools[kind])('restores what was there, and only that', { timeout: 60_000 }, async () => {
    const { start, kinpass, fileOf, backUp, destroy, restore } = operated(kind);
    const world = await start(kind);
    const { device: quiet } = await signedIn(world, 'quiet', 'ana');
    const { device: busy } = await signedIn(world, 'busy', 'ana');
    const { device: stolen } = await signedIn(world, 'stolen', 'ben');
    await backUp();

    const spent = String(busy.tokens?.refreshToken);
    await refresh(busy);
    const ended = String(stolen.tokens?.refreshToken);
    await stolen.signOut();
    const { device: late } = await signedIn(world, 'late', 'chloe');
    await createAdminClient(world.adminOrigin).revoke({ kind: 'jti', id: 'a token', reason: 'stolen' });
    await world.close();
    await destroy();

    await restore();
    expect(await kinpass('store', 'check', '--config', fileOf(kind))).toMatch(/^0: [\s\S]* is whole/m);
    const plan = await kinpass('subjects', 'plan', '--config', fileOf(kind));
    expect(plan).toMatch(/accounts 2, [\s\S]*No subject would change/);
    expect(await kinpass('audit', 'verify', '--config', fileOf(kind))).toMatch(/^0: /);
    const again = await start(kind, world);
    await refresh(quiet);
    expect((await quiet.profiles()).status).toBe(200);

    // What the page says that it cannot bring back.
    await expect(refresh(busy), 'a token that was issued since').rejects.toThrow(
      /status 400, "grant request is invalid"/,
    );
    await refresh(busy, spent); // one that was used since
    await refresh(stolen, ended); // one that was revoked since
    await expect(refresh(late), 'of an account that was made since').rejects.toThrow(
      /status 400, "grant request is invalid"/,
    );
    expect((await createAdminClient(again.adminOrigin).get('/revocations')).body).toMatchObject({
      revocations: [],
    });
    await again.close();
  });
});
