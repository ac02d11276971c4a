import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runKinpass } from '../support/run-kinpass.ts';

const world = `
mvpds: [{ id: HillCable }]
serviceProviders: [{ id: NEWS }]
apps: [{ id: news-tv, serviceProviders: [NEWS] }]
users: [{ id: dee, subscriptions: [{ mvpd: HillCable, resources: [NEWS] }] }]
`;

const write = (name: string, text: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-simulate-'));
  writeFileSync(join(folder, name), text);
  const remove = () => rmSync(folder, { recursive: true });
  return { file: join(folder, name), folder, [Symbol.dispose]: remove };
};

test('a custom world, a seed, a state file and a scenario; Ctrl-C ends it with exit code 0', async () => {
  using own = write('world.yaml', world);
  const state = join(own.folder, 'kept.json');
  await using simulate = runKinpass([
    ...['simulate', '--port', '0', '--fixtures', own.file, '--seed', 'one', '--state', state],
    ...['--scenario', 'adobe-slow'],
  ]);
  const [, adobe] = await simulate.until(/adobe +(http:\S+)/);
  await simulate.until(/scenario +adobe-slow: Adobe Pass is slow/);
  const fixtures = await (await fetch(`${adobe}/_control/fixtures`)).json();
  expect(fixtures).toMatchObject({ users: [{ id: 'dee' }], mvpds: [{ id: 'HillCable' }] });
  expect(await (await fetch(`${adobe}/`)).text()).toContain('HillCable');
  const { running } = (await (await fetch(`${adobe}/_control/scenarios`)).json()) as { running: object[] };
  expect(running).toMatchObject([{ name: 'adobe-slow' }]);
  simulate.signal('SIGINT');
  expect(await simulate.ended).toBe(0);
  expect(existsSync(state)).toBe(true);
});

test('without a rate limit any number of calls is let through', async () => {
  await using simulate = runKinpass(['simulate', '--port', '0', '--no-throttle']);
  const [, adobe] = await simulate.until(/adobe +(http:\S+)/);
  const ask = async () => (await fetch(`${adobe}/api/v2/REF30/profiles`)).status;
  const statuses = await Promise.all(Array.from({ length: 30 }, ask));
  expect(new Set(statuses)).toEqual(new Set([401]));
});

test('without --state nothing is written', async () => {
  await using simulate = runKinpass(['simulate', '--port', '0']);
  await simulate.until(/control +http/);
  simulate.signal('SIGTERM');
  expect(await simulate.ended).toBe(0);
  expect(existsSync(join(simulate.folder, '.data'))).toBe(false);
});

test.each([
  ['--fixtures', 'mvpds: []\nusers: 7\n', ['mvpds: ', 'users: ', 'apps: ']],
  ['--scenario', 'name: x\nsteps: []\n', ['title', 'steps']],
])('all faults of a %s file are reported, without a stack trace', async (option, text, words) => {
  using own = write('faulty.yaml', text);
  await using simulate = runKinpass(['simulate', '--port', '0', option, own.file]);
  expect(await simulate.ended).toBe(1);
  for (const word of words) expect(simulate.output).toContain(word);
  expect(simulate.output).not.toMatch(/\n\s+at /);
});

test('an unknown scenario is answered with the known ones', async () => {
  await using simulate = runKinpass(['simulate', '--port', '0', '--scenario', 'nothing']);
  expect(await simulate.ended).toBe(1);
  expect(simulate.output).toContain('mvpd-down');
});

test('the help names every option', async () => {
  await using help = runKinpass(['simulate', '--help']);
  expect(await help.ended).toBe(0);
  const options = ['port', 'fixtures', 'seed', 'state', 'scenario', 'gateway', 'service-token-jwks'];
  for (const option of [...options, 'no-throttle']) expect(help.output).toContain(`--${option} `);
});
