// One variant in a process of its own, so that the load does not share its event loop. Tells its origin, serves, ends
// with its parent.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import got from 'got';
import Koa from 'koa';
import { createTransport } from '#src/adobe-pass/transport';
import { listen } from '#src/cli/listen';
import { parseConfig } from '#src/config/load';
import { createGateway } from '#src/gateway';
import { systemClock } from '#src/lib/clock';

const [variant = '', adobe = ''] = process.argv.slice(2);
const listener = await listen({ host: '127.0.0.1', port: 0, setting: 'bench' });
const origin = `http://127.0.0.1:${listener.port}`;
const headers = {
  authorization: 'Bearer token',
  'ad-service-token': 'x'.repeat(700),
  'ap-device-identifier': 'fingerprint dHY=',
  'x-device-info': 'e30=',
  'x-forwarded-for': '203.0.113.9',
};

/** What most people write first. */
const naive = () => {
  const app = new Koa();
  app.use(async (ctx) => {
    ctx.body = await got(`${adobe}${ctx.path}`, { headers }).json();
  });
  return app.callback();
};

/** Our transport with the table's minimum, and nothing of ours around it. */
const bare = () => {
  const transport = createTransport({ hostname: '127.0.0.1', connectTimeout: 2_000, clock: systemClock });
  const app = new Koa();
  app.use(async (ctx) => {
    const url = new URL(`${adobe}${ctx.path}`);
    const answer = await transport.send({ method: 'GET', url, headers, timeout: 10_000 });
    ctx.body = answer.body;
    ctx.type = 'application/json';
  });
  return app.callback();
};

const gateway = async () => {
  const built = await createGateway(
    parseConfig({
      publicOrigin: origin,
      trustedProxies: ['loopback'],
      insecureHttp: true,
      store: { kind: 'memory' },
      log: { level: 'silent' },
      keys: { directory: mkdtempSync(join(tmpdir(), 'kinpass-bench-')) },
      adobe: { origin: adobe, throttle: { perSecond: 1000, burst: 1000 } },
      identityProviders: [
        { id: 'dtc', kind: 'oidc', label: 'DTC', issuer: adobe, clientId: 'x', clientAuthentication: 'none' },
      ],
      families: [{ id: 'ref', identityProviders: ['dtc'], serviceToken: { issuer: origin } }],
      apps: [{ id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 's' }],
    }),
  );
  return built.app.callback();
};

listener.serve(variant === 'naive' ? naive() : variant === 'bare' ? bare() : await gateway());
process.on('disconnect', () => process.exit(0));
process.send?.(origin);
