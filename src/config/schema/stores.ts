import { z } from 'zod';
import { readPostgresUrl } from '#src/lib/postgres-url';
import { duration, readableFile, secretText, text } from '../values.ts';

const postgresSchema = z.strictObject({
  kind: z.literal('postgres').describe('A PostgreSQL database (14 or later), shared by any number of nodes'),
  url: secretText
    .refine((url) => readPostgresUrl(url) !== undefined, {
      error: 'must be a URL such as postgres://user:password@host:5432/database, without a query',
    })
    .describe(
      'The database, with user and password; of several hosts, separated by commas, the writable one is used',
    ),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a name of lower-case letters, digits and _')
    .default('kinpass')
    .describe('Schema of the tables; created if it is missing'),
  tls: z
    .strictObject({
      mode: z
        .enum(['verify-full', 'verify-ca', 'require', 'disable'])
        .default('verify-full')
        .describe('As sslmode of PostgreSQL; below verify-full, others may pose as the server'),
      ca: readableFile
        .optional()
        .describe('Certificate authorities of the server (PEM); those of the system without it'),
    })
    .prefault({}),
  maxConnections: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .describe('Connections of each process; further calls wait for a free one'),
  connectTimeout: duration('100ms', '1m')
    .prefault('3s')
    .describe('How long a call waits for a free connection, or for a new one'),
  statementTimeout: duration('100ms', '1m')
    .prefault('5s')
    .describe('How long one statement may take, also waiting for locks'),
  idleTimeout: duration('1s', '1h').prefault('5m').describe('When a connection that is not used is closed'),
  preparedStatements: z
    .boolean()
    .default(false)
    .describe('Prepare statements on each connection; not behind a pooler, unless it supports them'),
  migrateAtStart: z
    .boolean()
    .default(true)
    .describe('Whether a start brings the tables to its version; if not, kinpass store migrate does'),
});

export const storeSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('sqlite').describe('One database file on this machine'),
      file: text.default('.data/kinpass.db').describe('The database; its folder is created'),
    }),
    postgresSchema,
    z.strictObject({ kind: z.literal('memory').describe('Nothing is kept: for development only') }),
  ])
  .default({ kind: 'sqlite', file: '.data/kinpass.db' });

export const sweepSchema = z
  .strictObject({
    interval: duration('1s', '1d')
      .prefault('1m')
      .describe('How often expired data is removed from the store'),
    unusedInstanceLifetime: duration('1d', '3650d')
      .prefault('30d')
      .describe('Age at which an instance that never got Adobe credentials, and is not used, is removed'),
  })
  .prefault({});
