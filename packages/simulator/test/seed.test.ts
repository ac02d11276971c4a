import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSimulator } from '#src/simulator';
import { anyPorts, completeForm, startWorld, stepwise } from './world.ts';

/** What a run hands out. RSA is random, whatever the seed: keys, and what is encrypted for one. */
const run = async (seed: string) => {
  await using world = await startWorld({ seed });
  const { client_id, client_secret } = await world.register('ref30-tv');
  const tv = await world.device();
  const created = await tv.form('/api/v2/REF30/sessions', completeForm);
  await world.logIn(created, stepwise());
  const { text } = await tv.get('/api/v2/REF30/profiles');
  const profiles = text.replace(/"zip":\{[^}]*\}/, '');
  const { code, sessionId } = created.body;
  return { client_id, client_secret, bearer: tv.bearer, code, sessionId, profiles };
};

test('one seed, one run; another seed, another', async () => {
  const first = await run('kick-off');
  expect(await run('kick-off')).toEqual(first);
  const other = await run('half-time');
  for (const name of ['client_id', 'client_secret', 'bearer', 'code', 'sessionId'] as const)
    expect(other[name]).not.toBe(first[name]);
});

test('a world that is restored goes on where its sequence was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'));
  const options = { seed: 'kept', stateFile: join(folder, 'world.json'), ports: anyPorts, throttle: null };
  const register = async () => {
    await using simulator = await startSimulator(options);
    const answer = await fetch(`${simulator.origins.adobe}/o/client/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ software_statement: simulator.fixtures.apps[0]?.softwareStatement }),
    });
    return ((await answer.json()) as { client_id: string }).client_id;
  };
  expect(await register()).not.toBe(await register());
  await rm(folder, { recursive: true });
});

test('a restored world is as far ahead of the machine as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ahead-'));
  const options = { stateFile: join(folder, 'world.json'), ports: anyPorts };
  const first = await startSimulator(options);
  first.control.advance(86_400_000);
  await first.close();
  await using second = await startSimulator(options);
  expect(second.control.ahead()).toBe(86_400_000);
  second.control.reset();
  expect(second.control.ahead()).toBe(0);
  await rm(folder, { recursive: true });
});
