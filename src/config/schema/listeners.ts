import { z } from 'zod';
import { duration, port, slug, text } from '../values.ts';

const listener = (defaultPort: number, defaultHost: string) =>
  z.strictObject({
    host: text.default(defaultHost).describe('Address to listen on; 0.0.0.0 for all of this machine'),
    port: port.default(defaultPort).describe('Port to listen on; 0 chooses a free one'),
  });

export const publicSchema = listener(8080, '0.0.0.0')
  .extend({
    keepAlive: duration('5s', '1h')
      .prefault('75s')
      .describe(
        'How long an idle connection stays open: longer than the load balancer keeps it, or requests meet a connection that is being closed (nginx and AWS 60s; Google Cloud 600s, so set 620s)',
      ),
  })
  .prefault({});

export const shutdownSchema = z
  .strictObject({
    delay: duration('0s', '10m')
      .prefault('10s')
      .describe(
        'After SIGTERM: how long the gateway serves on while it is not ready, so that load balancers turn to other gateways. Ctrl-C skips it',
      ),
    grace: duration('0s', '10m')
      .prefault('10s')
      .describe('After that: how long running requests may take before they are cut'),
  })
  .prefault({});

/** What a token of the admin listener may do. Each admin path names the role that it needs. */
export const adminRoles = ['read', 'revoke', 'accounts', 'keys'] as const;

export type AdminRole = (typeof adminRoles)[number];

const adminTokenSchema = z.strictObject({
  id: slug.describe('Name of its caller in the audit log'),
  token: z
    .string()
    .regex(/^[A-Za-z0-9._~+/-]{32,}=*$/, 'must be at least 32 letters, digits or any of . _ ~ + / -')
    .meta({ writeOnly: true })
    .describe('Bearer token: `openssl rand -base64 32`'),
  roles: z
    .array(z.enum(adminRoles))
    .min(1)
    .describe(
      '`read`: readiness in detail, metrics, revocations, introspection, audit log; `revoke`: revoke and lift; `accounts`: audit of accounts; `keys`: list of signing keys',
    ),
});

export const adminSchema = listener(8081, '127.0.0.1')
  .extend({
    allowedHosts: z
      .array(text.toLowerCase())
      .default(['localhost', '127.0.0.1', '::1'])
      .describe(
        'Host names, without port, under which the admin listener may be called, besides `admin.host` and the address of the connection',
      ),
    tokens: z
      .array(adminTokenSchema)
      .default([])
      .describe('Who may call the admin listener. Without any it serves loopback only'),
  })
  .prefault({});
