import { z } from 'zod';
import { bearerToken, duration, port, slug, text } from '../values.ts';

const listener = (defaultPort: number, defaultHost: string) =>
  z.strictObject({
    host: text.default(defaultHost).describe('Address to listen on; 0.0.0.0 for all of this machine'),
    port: port.default(defaultPort).describe('Port to listen on; 0 chooses a free one'),
  });

const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,64}$/, 'must be the name of a header');

const portHeader = headerName
  .optional()
  .describe('Header with the source port of the client, where the address comes without');

const clientAddressSchema = z
  .discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('xForwardedFor').describe('X-Forwarded-For, read from the right'),
      portHeader,
    }),
    z.strictObject({ from: z.literal('forwarded').describe('Forwarded (RFC 7239), read from the right') }),
    z.strictObject({
      from: z.literal('header').describe('A header with one address, such as CF-Connecting-IP'),
      name: headerName.describe('The header; every trusted proxy must set or remove it'),
      portHeader,
    }),
    z.strictObject({
      from: z
        .literal('proxyProtocol')
        .describe('The PROXY protocol, version 1 or 2; a trusted proxy must send it on each connection'),
    }),
  ])
  .default({ from: 'xForwardedFor' })
  .describe('How trustedProxies tell the address and port of a client; other headers are ignored');

/** Of tracing and error reporting in browsers: W3C Trace Context, W3C Baggage, Sentry. */
const tracingHeaders = ['traceparent', 'tracestate', 'baggage', 'sentry-trace'];

export const publicSchema = listener(8080, '0.0.0.0')
  .extend({
    clientAddress: clientAddressSchema,
    countryHeader: headerName
      .optional()
      .describe(
        'Header in which trustedProxies tell the country of a client as two letters, such as CF-IPCountry or CloudFront-Viewer-Country; every one of them must set or remove it. For `picker.rules` and `decisions.rules`',
      ),
    corsHeaders: z
      .array(headerName)
      .default(tracingHeaders)
      .describe(
        'Request headers that apps in browsers (`corsOrigins`) may send besides those of REST API V2; they are ignored, and never sent to Adobe',
      ),
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
export const adminRoles = ['read', 'revoke', 'accounts', 'keys', 'temppass'] as const;

export type AdminRole = (typeof adminRoles)[number];

const adminTokenSchema = z.strictObject({
  id: slug.describe('Name of its caller in the audit log'),
  token: bearerToken,
  roles: z
    .array(z.enum(adminRoles))
    .min(1)
    .describe(
      '`read`: readiness in detail, metrics, revocations, introspection, audit log; `revoke`: revoke and lift, invalidate; `accounts`: audit of accounts, why an instance finds no profile; `keys`: list of signing keys; `temppass`: reset of TempPass trials',
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
