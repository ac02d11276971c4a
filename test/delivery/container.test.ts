import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import lock from '../../package-lock.json' with { type: 'json' };
import { execForm, instructionsOf, lastOf, readStages } from '../support/dockerfile.ts';

const root = join(import.meta.dirname, '../..');
const images = ['gateway', 'aws', 'demo'];

test('the gateway is what is built without a target', () => {
  expect(readStages().at(-1)?.name).toBe('gateway');
});

test('every stage starts from another one, or from the Node.js that the tests run with, by its whole version', () => {
  const stages = readStages();
  const names = new Set(stages.map(({ name }) => name));
  const bases = new Set(stages.map(({ from }) => from).filter((from) => !names.has(from)));
  const { version } = lock.packages['node_modules/node'];
  expect([...bases]).toEqual([`node:${version}-bookworm-slim`]);
  expect(version).toMatch(/^24\.\d+\.\d+$/);
});

describe.each(images)('the image %s', (image) => {
  test('runs as a user without privileges, by number, so that Kubernetes can tell', () => {
    expect(lastOf('USER', image)).toMatch(/^[1-9]\d{4,}:[1-9]\d{4,}$/);
  });

  test('starts kinpass itself, which hears the signals, and asks it for its health', () => {
    expect(execForm(lastOf('ENTRYPOINT', image))).toEqual(['kinpass']);
    expect(execForm(lastOf('CMD', image))).toEqual(image === 'demo' ? ['demo', '--quiet'] : ['serve']);
    expect(lastOf('STOPSIGNAL', image)).toBe('SIGTERM');
    expect(execForm(lastOf('HEALTHCHECK', image)).slice(0, 3)).toEqual(['kinpass', 'health', '--quiet']);
  });

  test('is put together without running anything, whatever its architecture', () => {
    expect(instructionsOf(image).filter(([name]) => name === 'RUN')).toEqual([]);
  });

  test('says what it is', () => {
    expect(lastOf('LABEL', image)).toMatch(
      /image\.title=.*image\.description=.*image\.source=.*image\.licenses=/,
    );
  });
});

test('only the production tree gets into the gateway', () => {
  const copied = instructionsOf('gateway').flatMap(([name, args]) =>
    name === 'COPY' ? [/--from=(\S+)/.exec(args)?.[1]] : [],
  );
  expect(copied).toEqual(['folders', 'folders', 'packages', 'modules']);
  const commandsOf = (stage: string) =>
    readStages()
      .find(({ name }) => name === stage)
      ?.instructions.flatMap(([name, args]) => (name === 'RUN' ? args.split(' && ') : []));
  expect(commandsOf('modules')?.[0]).toBe('npm pkg delete devDependencies workspaces');
  const installs = readStages().flatMap(
    ({ name }) => commandsOf(name)?.filter((each) => each.startsWith('npm ci')) ?? [],
  );
  expect(installs.length).toBe(4);
  // No package runs code of its own while the image is built.
  for (const install of installs) expect(install).toContain('--ignore-scripts');
});

test('the build sees what it copies, and no key, database or settings file', () => {
  const [first, ...rest] = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  const seen = rest.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  expect(seen.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
  expect(seen).toEqual(expect.arrayContaining(manifest.files.filter((path) => path !== 'dist')));
  expect(seen.filter((path) => /keys|\.data|\.git|\.env|secrets|kinpass\.yaml/.test(path))).toEqual([]);
});

test('the dependencies of the simulator lie where the image of the demo has them', () => {
  const nested = Object.entries(lock.packages).filter(
    ([path, entry]) => path.startsWith('packages/simulator/node_modules/') && !('dev' in entry),
  );
  expect(nested).toEqual([]);
});
