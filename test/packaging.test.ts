import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Project, packPackages, productionTree } from '../tools/install-packed.ts';
import { execForm, lastOf } from './support/dockerfile.ts';
import { freePort } from './support/free-port.ts';
import { runKinpass } from './support/run-kinpass.ts';

const root = join(import.meta.dirname, '..');

let packed: ReturnType<typeof packPackages>;
let alone: Project;
beforeAll(() => {
  packed = packPackages('kinpass', '@kinpass/simulator');
  alone = packed.install('kinpass');
}, 120_000);
afterAll(() => packed[Symbol.dispose]());

const binOf = (project: Project) => ({ bin: project.path('node_modules/kinpass/bin/kinpass.js') });

const settings = {
  publicOrigin: 'http://localhost:8080',
  public: { host: '127.0.0.1', port: 0 },
  insecureHttp: true,
  identityProviders: [
    {
      id: 'dtc',
      kind: 'oidc',
      label: 'DTC',
      issuer: 'http://localhost:1',
      clientId: 'kinpass',
      clientAuthentication: 'none',
    },
  ],
  families: [{ id: 'ref', identityProviders: ['dtc'], serviceToken: { issuer: 'https://sso.ref.example' } }],
  apps: [
    { id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 'statement' },
  ],
};

/** JSON is YAML. */
const writeSettings = (more: object) =>
  writeFileSync(alone.path('kinpass.yaml'), JSON.stringify({ ...settings, ...more }));

/** Whoever adds to this list adds to what each operator must trust. */
const operatorsTree = [
  '@ioredis/commands @keyv/serialize @koa/router @opentelemetry/api @sec-ant/readable-stream @sindresorhus/is',
  '@types/http-cache-semantics @xmldom/xmldom accepts bintrees byte-counter bytes cacheable-lookup cacheable-request chunk-data cluster-key-slot',
  'content-disposition content-type cookies debug decompress-response deep-equal delegates denque depd destroy ee-first',
  'encodeurl escape-html fresh get-stream got http-assert http-cache-semantics http-errors inherits ioredis is-stream',
  'jose keygrip keyv koa koa-compose lowercase-keys media-typer mime-db mime-types mimic-response ms negotiator',
  'normalize-url oauth4webapi oidc-provider on-finished openid-client parseurl path-to-regexp pg',
  'pg-connection-string pg-int8 pg-pool pg-protocol pg-types pgpass postgres-array postgres-bytea postgres-date postgres-interval',
  'prom-client raw-body redis-errors responselike setprototypeof split2 standard-as-callback statuses tagged-tag tdigest',
  'toidentifier tsscmp type-fest type-is uint8array-extras undici vary xtend yaml zod',
].join(' ');

const namesIn = (paths: readonly string[]): string[] =>
  [...new Set(paths.map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)))].sort();

test('what an operator installs is this, and no SAML, cookie jar, HTML parser or QR code among it', () => {
  const tree = namesIn(productionTree('kinpass'));
  expect(tree.join(' ')).toBe(operatorsTree);
  // One reads MRSS documents; Koa writes cookies with the second and escapes its error page with the third.
  expect(tree.filter((name) => /xml|saml|cookie|html|dom|qr/.test(name))).toEqual([
    '@xmldom/xmldom',
    'cookies',
    'escape-html',
  ]);
  expect(tree.filter((name) => !existsSync(alone.path('node_modules', name)))).toEqual([]);
});

describe('installed alone', () => {
  test('it tells its version', async () => {
    await using version = runKinpass(['--version'], binOf(alone));
    expect(await version.ended).toBe(0);
    expect(version.output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('it serves', async () => {
    const [store, keys] = [alone.path('kinpass.db'), alone.path('keys')];
    writeSettings({ admin: { port: 0 }, store: { kind: 'sqlite', file: store }, keys: { directory: keys } });
    await using serve = runKinpass(['serve', '--config', alone.path('kinpass.yaml')], binOf(alone));
    await serve.until(/Kinpass serves/);
    serve.signal('SIGINT');
    expect(await serve.ended).toBe(0);
  });

  const user = Number(lastOf('USER')?.split(':')[0]);
  const mayBeThatUser = () =>
    process.getuid?.() === 0 &&
    spawnSync(process.execPath, ['--version'], { uid: user, gid: user }).status === 0;

  test.skipIf(!mayBeThatUser())(
    'as the user of its container it is healthy, and writes to the working folder alone (skipped without root)',
    async () => {
      const port = await freePort();
      writeSettings({ admin: { port } });
      chmodSync(dirname(alone.folder), 0o755);
      await using serve = runKinpass(['serve'], {
        ...binOf(alone),
        user,
        env: { KINPASS_CONFIG: alone.path('kinpass.yaml') },
      });
      await serve.until(/Kinpass serves/);
      const [, ...check] = execForm(lastOf('HEALTHCHECK'));
      const asked = check.map((part) => part.replace(/:8081$/, `:${port}`));
      await using healthy = runKinpass(asked, { ...binOf(alone), user });
      expect([await healthy.ended, healthy.output]).toEqual([0, '']);
      expect(readdirSync(serve.folder).sort()).toEqual(['.data', 'keys']);

      serve.signal('SIGINT');
      expect(await serve.ended).toBe(0);
      await using gone = runKinpass(asked, { ...binOf(alone), user });
      expect(await gone.ended).toBe(1);
    },
  );

  test.each(['demo', 'story', 'simulate'])('kinpass %s says in one line what to install', async (command) => {
    await using run = runKinpass([command], binOf(alone));
    expect(await run.ended).toBe(1);
    expect(run.output).toBe(
      'kinpass: This command needs the package @kinpass/simulator: run `npm install @kinpass/simulator`.\n',
    );
  });

  test('its types hold, and refuse what is wrong', () => {
    for (const file of ['kinpass.mts', 'media-token.mts'])
      copyFileSync(join(root, 'test/types', file), alone.path(file));
    const wrong = `import { createGateway, parseConfig } from 'kinpass';
void createGateway({});
const { publicOrigin } = parseConfig({}, 'faults');
export const port: number = publicOrigin;
`;
    writeFileSync(alone.path('wrong.mts'), wrong);
    const errors = alone.typeErrors('kinpass.mts', 'media-token.mts', 'wrong.mts');
    expect(errors.map((error) => error.split(':')[0])).toEqual([
      'wrong.mts(2)',
      'wrong.mts(3)',
      'wrong.mts(4)',
    ]);
  }, 60_000);
});

test('with the simulator beside it, it runs the demo', async () => {
  const both = packed.install('kinpass', '@kinpass/simulator');
  const ports = ['--port', '0', '--admin-port', '0', '--simulator-port', '0'];
  await using demo = runKinpass(['demo', '--quiet', ...ports], binOf(both));
  const [, gateway] = await demo.until(/gateway +(http:\S+)/);
  await demo.until(/Ctrl-C ends/);
  expect((await fetch(`${gateway}/.well-known/service-token-jwks.json`)).status).toBe(200);
  demo.signal('SIGTERM');
  expect(await demo.ended).toBe(0);

  await using simulate = runKinpass(['simulate', '--port', '0'], binOf(both));
  await simulate.until(/control +http/);
  simulate.signal('SIGTERM');
  expect(await simulate.ended).toBe(0);
}, 60_000);

interface Locked {
  readonly resolved?: string;
  /** A workspace. */
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

test('the lock file installs on every platform and from any registry', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const packages = Object.entries(lock.packages);
  expect(packages.filter(([, { resolved, link }]) => resolved !== undefined && !link)).toEqual([]);
  // npm ci refuses a lock that lacks the binaries of other platforms.
  const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});
