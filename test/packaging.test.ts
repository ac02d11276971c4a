import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runKinpass } from './support/run-kinpass.ts';

const root = join(import.meta.dirname, '..');

/** The package as it is published: built JavaScript, and no sources beside it. */
const buildPackage = () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-package-'));
  const build = ['--disable-warning=ExperimentalWarning', join(root, 'tools/build.ts')];
  execFileSync(process.execPath, [...build, '--out', join(folder, 'dist')]);
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    bin: join(folder, 'bin/kinpass.js'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
};

test('the built package runs the demo', async () => {
  using built = buildPackage();
  await using version = runKinpass(['--version'], built);
  expect(await version.ended).toBe(0);
  expect(version.output).toMatch(/^\d+\.\d+\.\d+\n$/);

  await using demo = runKinpass(
    ['demo', '--quiet', '--port', '0', '--admin-port', '0', '--simulator-port', '0'],
    built,
  );
  const [, gateway] = await demo.until(/gateway +(http:\S+)/);
  await demo.until(/Ctrl-C ends/);
  expect((await fetch(`${gateway}/.well-known/service-token-jwks.json`)).status).toBe(200);
  demo.signal('SIGTERM');
  expect(await demo.ended).toBe(0);
});

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
  expect(
    packages.filter(([, { resolved, link }]) => resolved !== undefined && !link).map(([path]) => path),
  ).toEqual([]);
  // npm ci refuses a lock that lacks the binaries of other platforms.
  const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});
