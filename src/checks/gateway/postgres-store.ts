import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { maxClockSkew } from '#src/observability/clock-skew';
import type { Outcome } from '../check.ts';
import { failed, ok, warning } from '../outcome.ts';

export type PostgresStore = Extract<Config['store'], { kind: 'postgres' }>;

/** Of the connections that the server accepts. */
const usualShare = 0.8;

/** Whether the database can be used and written, knows the time, and has connections left. */
export const judgePostgres = async (store: PostgresStore, clock: Pick<Clock, 'now'>): Promise<Outcome> => {
  const { inspectPostgres } = await import('#src/stores/postgres/inspect');
  const { place, schema, newestSchema, server, size, readOnly, connections, maxConnections, time } =
    await inspectPostgres(store, { readTables: false });
  const difference = Math.round(clock.now() - time);
  const facts = {
    server,
    schema,
    sizeMB: Math.round(size / 1_000_000),
    connections,
    maxConnections,
    clockDifferenceMs: difference,
  };
  if (Number.parseInt(server, 10) < 14)
    return failed(`${place} is PostgreSQL ${server}.`, 'Use PostgreSQL 14 or later.', facts);
  if (readOnly)
    return failed(`${place} is read-only.`, 'Let store.url name the primary server, not a standby.', facts);
  if (Math.abs(difference) > maxClockSkew)
    return warning(
      `The clock of the server of ${place} differs from the one here by ${(difference / 1_000).toFixed(1)} s.`,
      'Set both by NTP.',
      facts,
    );
  if (connections > usualShare * maxConnections)
    return warning(
      `${connections} of the ${maxConnections} connections that the server accepts are in use.`,
      'Lower store.maxConnections, raise max_connections of the server, or put PgBouncer between.',
      facts,
    );
  if (schema === 0) return ok('The database can be used; the first start creates the tables.', facts);
  const migration = schema < newestSchema ? `; it is to be migrated to schema ${newestSchema}` : '';
  return ok(`The database can be used${migration}.`, facts);
};
