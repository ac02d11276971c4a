import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const consumer = mkdtempSync(join(tmpdir(), 'kinpass-consumer-'));
afterAll(() => rmSync(consumer, { recursive: true, force: true }));

/** A project of somebody else, with the package as it is published among its dependencies. */
beforeAll(() => {
  const installed = join(consumer, 'node_modules/kinpass');
  mkdirSync(installed, { recursive: true });
  const build = ['--disable-warning=ExperimentalWarning', join(root, 'tools/build.ts')];
  execFileSync(process.execPath, [...build, '--out', join(installed, 'dist')]);
  copyFileSync(join(root, 'package.json'), join(installed, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
});

const story = `
import { startSimulator } from 'kinpass/simulator';

const simulator = await startSimulator({
  ports: 0,
  seed: 'a run',
  throttle: null,
  world: {
    mvpds: [{ id: 'HillCable' }],
    serviceProviders: [{ id: 'NEWS' }],
    apps: [{ id: 'news-tv', serviceProviders: ['NEWS'] }],
    users: [{ id: 'dee', subscriptions: [{ mvpd: 'HillCable', resources: ['NEWS'] }] }],
  },
});
const { origins, fixtures, control } = simulator;
control.faults.add({ match: { operation: 'dcr.register' }, times: 1, fault: { kind: 'status', status: 503 } });
const register = async (): Promise<number> => {
  const answer = await fetch(origins.adobe + '/o/client/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ software_statement: fixtures.apps[0]?.softwareStatement }),
  });
  return answer.status;
};
const statuses = [await register(), await register()];
control.degrade({ rule: 'AuthNAll', mvpd: 'HillCable', lasts: 60_000 });
const degraded: number = control.degradations().length;
control.advance(60_000);
const token: string = await control.idToken('google', { user: 'dee' });
const scenarios: string[] = (await control.scenarios.shipped()).map(({ name }) => name);
console.log(JSON.stringify({
  statuses,
  degraded: [degraded, control.degradations().length],
  token: token.split('.').length,
  keyRotation: scenarios.includes('key-rotation'),
  seen: control.requests().map(({ party, operation, status }) => [party, operation, status]),
}));
control.reset();
await simulator.close();
`;

test('a test of another project starts the simulator, plays with it, and closes it', () => {
  writeFileSync(join(consumer, 'story.mts'), story);
  const printed = execFileSync(process.execPath, [join(consumer, 'story.mts')], { encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual({
    statuses: [503, 201],
    degraded: [1, 0],
    token: 3,
    keyRotation: true,
    seen: [
      ['adobe', 'dcr.register', 503],
      ['adobe', 'dcr.register', 201],
    ],
  });
});

test('its types hold without any of ours installed, and refuse what is wrong', () => {
  writeFileSync(join(consumer, 'story.mts'), story);
  const wrong = `
import { startSimulator } from 'kinpass/simulator';
const { control } = await startSimulator({ ports: 0 });
control.faults.add({ match: {}, fault: { kind: 'earthquake' } });
control.degrade({ rule: 'Everything' });
const text: string = control.requests();
`;
  writeFileSync(join(consumer, 'wrong.mts'), wrong);
  const compilerOptions = {
    ...{ target: 'es2024', lib: ['es2024', 'esnext.disposable'], module: 'nodenext', strict: true },
    ...{ noEmit: true, skipLibCheck: false, types: ['node'] },
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  /** `file(line,column)` of each error. */
  const errorsIn = (file: string): string[] => {
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', consumer, '--pretty', 'false'], {
      ...{ cwd: consumer, encoding: 'utf8' },
    });
    return stdout.split('\n').flatMap((line) => /^(\S+)\(\d+,\d+\): error/.exec(line)?.[0] ?? []);
  };
  expect(errorsIn('story.mts')).toEqual([]);
  expect(errorsIn('wrong.mts').map((error) => error.split(',')[0])).toEqual([
    'wrong.mts(4',
    'wrong.mts(5',
    'wrong.mts(6',
  ]);
});
