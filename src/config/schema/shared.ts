import { z } from 'zod';
import { duration, readableFile, secretText, text } from '../values.ts';

const isServer = (value: string): boolean => {
  const url = URL.parse(value);
  if (!url || !/^rediss?:$/.test(url.protocol) || !url.hostname) return false;
  return !url.username && !url.password && !url.search && !url.hash;
};

/** The server of one address, without user and password. */
const server = z
  .string()
  .refine((value) => isServer(value) && /^\/?$/.test(new URL(value).pathname), {
    error: 'must be a URL such as rediss://redis.example.com:6379, without user, password and path',
  })
  .meta({ format: 'uri' });

/** The same with the number of a database. */
const serverAndDatabase = z
  .string()
  .refine((value) => isServer(value) && /^\/?\d*$/.test(new URL(value).pathname), {
    error: 'must be a URL such as rediss://redis.example.com:6379, without user and password',
  })
  .meta({ format: 'uri' });

const servers = z
  .array(server)
  .min(1)
  .refine((all) => new Set(all.map((one) => new URL(one).protocol)).size < 2, {
    error: 'must all be redis:// or all be rediss:// (TLS)',
  });

const redis = z
  .strictObject({
    kind: z
      .literal('redis')
      .describe('Valkey 8 or Redis 7, or later, for several nodes; exactly one of url, sentinel and cluster'),
    url: serverAndDatabase
      .optional()
      .describe('The server: redis://host:port, or rediss://host:port for TLS'),
    sentinel: z
      .strictObject({
        name: text.describe('Name of the primary server, as the Sentinels call it'),
        nodes: servers.describe('The Sentinels; rediss:// for TLS, to the server too'),
        username: text.optional().describe('User at the Sentinels'),
        password: secretText.optional().describe('Password of that user'),
      })
      .optional(),
    cluster: z
      .strictObject({
        nodes: servers.describe(
          'Some nodes of the Cluster, from which the others are learned; rediss:// for TLS',
        ),
      })
      .optional(),
    ca: readableFile
      .optional()
      .describe('PEM file of the authorities that the server certificates are checked against, for TLS'),
    username: text.optional().describe('User at the server (ACL)'),
    password: secretText.optional().describe('Password of that user'),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 letters, digits, . _ : or -')
      .default('kinpass')
      .describe('First part of every key and channel: nodes with the same one share'),
    timeout: duration('10ms', '2s')
      .prefault('200ms')
      .describe('Time limit per call; when one takes longer, the nodes go on without the server'),
    nodes: z
      .int()
      .min(1)
      .max(1_000)
      .default(2)
      .describe('How many processes serve apps: used until the server has been reached once'),
  })
  .superRefine(({ url, sentinel, cluster }, context) => {
    if ([url, sentinel, cluster].filter((way) => way !== undefined).length !== 1)
      context.addIssue({
        code: 'custom',
        path: ['url'],
        message: 'give exactly one of url, sentinel and cluster',
      });
  });

export const sharedSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none').describe('Each gateway has its own, which its workers share') }),
    redis,
  ])
  .default({ kind: 'none' })
  .describe('What several nodes share and may lose');
