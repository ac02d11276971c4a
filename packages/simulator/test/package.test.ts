import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Project, packPackages } from '../../../tools/install-packed.ts';

let packed: ReturnType<typeof packPackages>;
let project: Project;
beforeAll(() => {
  packed = packPackages('@kinpass/simulator');
  project = packed.install('@kinpass/simulator');
}, 120_000);
afterAll(() => packed[Symbol.dispose]());

const story = `
import { startSimulator } from '@kinpass/simulator';

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
  writeFileSync(project.path('story.mts'), story);
  const printed = execFileSync(process.execPath, [project.path('story.mts')], { encoding: 'utf8' });
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

test('the example of its README runs as it is written', () => {
  const readme = readFileSync(project.path('node_modules/@kinpass/simulator/README.md'), 'utf8');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  writeFileSync(project.path('readme.mts'), example);
  expect(project.typeErrors('readme.mts')).toEqual([]);
  const { status, stdout } = spawnSync(process.execPath, ['--test', project.path('readme.mts')], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('pass 1') });
});

test('its types hold without any of ours installed, and refuse what is wrong', () => {
  copyFileSync(join(import.meta.dirname, 'types/simulator.mts'), project.path('simulator.mts'));
  writeFileSync(project.path('story.mts'), story);
  const wrong = `
import { startSimulator } from '@kinpass/simulator';
const { control } = await startSimulator({ ports: 0 });
control.faults.add({ match: {}, fault: { kind: 'earthquake' } });
control.degrade({ rule: 'Everything' });
const text: string = control.requests();
`;
  writeFileSync(project.path('wrong.mts'), wrong);
  const errors = project.typeErrors('simulator.mts', 'story.mts', 'wrong.mts');
  expect(errors.map((error) => error.split(':')[0])).toEqual([
    'wrong.mts(4)',
    'wrong.mts(5)',
    'wrong.mts(6)',
  ]);
}, 60_000);

test('its command serves the world until it is told to stop', async () => {
  const bin = project.path('node_modules/@kinpass/simulator/bin/kinpass-simulator.js');
  const child = spawn(process.execPath, [bin, '--port', '0', '--scenario', 'adobe-slow'], {
    cwd: project.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk;
    if (/scenario +adobe-slow: .*\n/.test(output)) break;
  }
  const [, adobe] = /adobe +(http:\S+)/.exec(output) ?? [];
  expect((await fetch(`${adobe}/_control/fixtures`)).status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
});

test('its command lists its options, and refuses others', () => {
  const bin = project.path('node_modules/@kinpass/simulator/bin/kinpass-simulator.js');
  const run = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
  const options = ['port', 'fixtures', 'seed', 'state', 'scenario', 'gateway', 'service-token-jwks'];
  const { stdout: help } = run('--help');
  for (const option of options) expect(help).toContain(`--${option} `);
  expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(run('--color')).toMatchObject({ status: 2, stdout: '' });
  expect(run('--port', '65536')).toMatchObject({ status: 1, stderr: expect.stringContaining('"65536"') });
});
