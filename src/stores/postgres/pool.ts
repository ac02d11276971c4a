import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { Pool } from 'pg';
import { fail } from '#src/lib/errors';
import { type PostgresPlace, readPostgresUrl } from '#src/lib/postgres-url';
import { systemErrorCode } from '#src/lib/system-error';
import type { PostgresSettings } from './settings.ts';

/** Milliseconds after which a connection is replaced: nodes come to use a server that was added, or an address that changed. */
const maxConnectionAge = 30 * 60_000;

/** Errors: config_invalid. */
export const placeOf = ({ url }: Pick<PostgresSettings, 'url'>): PostgresPlace => {
  const place = readPostgresUrl(url);
  if (place) return place;
  throw fail('config_invalid', { field: 'store.url', hint: 'is not a URL of a PostgreSQL database' });
};

/** Connections are opened when they are needed. Errors: config_invalid. */
export const createPool = async (settings: PostgresSettings): Promise<Pool> => {
  const place = placeOf(settings);
  const pool = new Pool({
    ...place,
    ssl: place.host.startsWith('/') ? false : await tlsOptions(settings.tls),
    max: settings.maxConnections,
    connectionTimeoutMillis: settings.connectTimeout,
    idleTimeoutMillis: settings.idleTimeout,
    maxLifetimeSeconds: maxConnectionAge / 1_000,
    keepAlive: true,
    application_name: 'kinpass',
  });
  // An idle connection that breaks is replaced when the next one is needed; one in use fails what uses it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
};

/** As sslmode of libpq means them. */
const tlsOptions = async ({ mode, ca }: PostgresSettings['tls']): Promise<ConnectionOptions | false> => {
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  const trusted = ca === undefined ? {} : { ca: await readAuthority(ca) };
  return mode === 'verify-full' ? trusted : { ...trusted, checkServerIdentity: () => undefined };
};

const readAuthority = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const hint = `${path} cannot be read (${systemErrorCode(cause) ?? 'unknown reason'})`;
    throw fail('config_invalid', { field: 'store.tls.ca', hint, cause });
  }
};
