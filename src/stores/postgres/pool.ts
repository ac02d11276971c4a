import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { type ClientBase, Pool } from 'pg';
import { fail } from '#src/lib/errors';
import { type PostgresHost, type PostgresPlace, readPostgresUrl } from '#src/lib/postgres-url';
import { systemErrorCode } from '#src/lib/system-error';
import { type StoreObserver, unobserved } from '../observer.ts';
import { type Connections, createConnections, requireWritable } from './connections.ts';
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
export const createPool = async (
  settings: PostgresSettings,
  observer: StoreObserver = unobserved,
): Promise<Connections> => {
  const { hosts, ...login } = placeOf(settings);
  const { connectTimeout: maxWait } = settings;
  const tls = await tlsOptions(settings.tls);
  const open = ({ host, port }: PostgresHost): Pool => {
    const pool = new Pool({
      ...login,
      host,
      port,
      ssl: host.startsWith('/') ? false : tls,
      max: settings.maxConnections,
      connectionTimeoutMillis: maxWait,
      idleTimeoutMillis: settings.idleTimeout,
      maxLifetimeSeconds: maxConnectionAge / 1_000,
      keepAlive: true,
      application_name: 'kinpass',
      ...(hosts.length > 1 && { onConnect: (client: ClientBase) => requireWritable(client, maxWait) }),
    });
    // A broken idle connection is replaced on demand; one in use fails the call that uses it.
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  };
  return createConnections(hosts.map(open), { maxWait, observer });
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
