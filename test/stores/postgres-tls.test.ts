import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '#src/config/load';
import { inspectPostgres } from '#src/stores/postgres/inspect';
import type { PostgresSettings } from '#src/stores/postgres/settings';
import { makeCertificate } from '../adobe-pass/localhost-certificate.ts';
import { minimalSettings } from '../support/minimal-settings.ts';
import { temporarySchema } from '../support/postgres.ts';
import { findBinaries, type OwnPostgres, startPostgres } from '../support/start-postgres.ts';

const binaries = await findBinaries();
const password = 'p4ssw0rd-of-the-database';

const access = [
  'local all all trust',
  'host all kinpass 127.0.0.1/32 trust',
  'hostssl all kinpass_tls 127.0.0.1/32 scram-sha-256',
];

let server: OwnPostgres;
/** Of certificates, and of settings. */
let folder = '';
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  if (!binaries) return;
  folder = await mkdtemp(join(tmpdir(), 'kinpass-tls-'));
  const { key, cert } = makeCertificate();
  await writeFile(path('ca.pem'), cert);
  await writeFile(path('other.pem'), makeCertificate().cert);
  server = await startPostgres(binaries, {
    settings: { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' },
    prepare: async (place, own) => {
      await writeFile(join(place, 'data/server.crt'), cert);
      await writeFile(join(place, 'data/server.key'), key, { mode: 0o600 });
      await own(join(place, 'data/server.key'));
      await writeFile(join(place, 'data/pg_hba.conf'), access.join('\n'));
    },
  });
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE ROLE kinpass_tls LOGIN PASSWORD '${password}'`);
  await client.end();
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const url = (host: string, secret = password) =>
  `postgres://kinpass_tls:${secret}@${host}:${server.port}/postgres`;

/** 'ok', or what the operator is told. */
const outcome = async (host: string, tls: PostgresSettings['tls'], secret?: string): Promise<string> => {
  const settings = { ...temporarySchema({ tls }, () => undefined), url: url(host, secret) };
  try {
    await inspectPostgres(settings, { readTables: false });
    return 'ok';
  } catch (error) {
    expect(error).toMatchObject({ code: 'store_invalid', field: 'store.url' });
    expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain(secret ?? password);
    return (error as { hint: string }).hint;
  }
};

const unknownAuthority =
  /^database "postgres" at \S+ cannot be used: .* not signed by a trusted authority: see store\.tls\.ca/;
const otherHost =
  /is for another host: see store\.url and store\.tls\.mode \(ERR_TLS_CERT_ALTNAME_INVALID\)\.$/;
const demandsTls =
  /does not accept this user from this host, or only with TLS: see store\.tls\.mode \(28000\)\.$/;

describe.skipIf(!binaries)('TLS to PostgreSQL, as sslmode means it', () => {
  test.each<[string, PostgresSettings['tls'] & { ca?: string }, string | RegExp]>([
    ['localhost', { mode: 'verify-full', ca: 'ca.pem' }, 'ok'],
    ['127.0.0.1', { mode: 'verify-full', ca: 'ca.pem' }, otherHost],
    ['localhost', { mode: 'verify-full', ca: 'other.pem' }, unknownAuthority],
    ['localhost', { mode: 'verify-full' }, unknownAuthority],
    ['127.0.0.1', { mode: 'verify-ca', ca: 'ca.pem' }, 'ok'],
    ['127.0.0.1', { mode: 'verify-ca', ca: 'other.pem' }, unknownAuthority],
    ['127.0.0.1', { mode: 'require' }, 'ok'],
    ['127.0.0.1', { mode: 'disable' }, demandsTls],
  ])('%s %o', async (host, { mode, ca }, told) => {
    const seen = await outcome(host, { mode, ca: ca === undefined ? undefined : path(ca) });
    if (typeof told === 'string') expect(seen).toBe(told);
    else expect(seen).toMatch(told);
  });

  test('a missing file of authorities is named', async () => {
    const settings = temporarySchema({ tls: { mode: 'verify-ca', ca: path('none.pem') } }, () => undefined);
    await expect(inspectPostgres(settings, { readTables: false })).rejects.toMatchObject({
      code: 'config_invalid',
      field: 'store.tls.ca',
      hint: expect.stringContaining('none.pem'),
    });
  });

  test('a wrong password is reported, and not shown', async () => {
    expect(await outcome('localhost', { mode: 'require' }, 'an0ther-p4ssw0rd')).toMatch(
      /the password is wrong: see store\.url \(28P01\)\.$/,
    );
  });

  test('the URL is read from a file, without its final newline', async () => {
    const tls = { mode: 'verify-full' as const, ca: path('ca.pem') };
    const settings = minimalSettings({
      keys: { directory: path('keys') },
      store: { kind: 'postgres', url: 'set KINPASS_STORE_URL_FILE', tls },
    });
    await writeFile(path('kinpass.yaml'), JSON.stringify(settings));
    await writeFile(path('url'), `${url('localhost')}\n`);
    const { store } = await loadConfig({
      file: path('kinpass.yaml'),
      env: { KINPASS_STORE_URL_FILE: path('url') },
      cwd: folder,
    });
    if (store.kind !== 'postgres') throw new Error('another store');
    expect((await inspectPostgres(store, { readTables: false })).place).toBe(
      `database "postgres" at localhost:${server.port}`,
    );
  });
});
