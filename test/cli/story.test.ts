import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createNarrator, playStory, whatToOpen, whatToTry } from '@kinpass/simulator/story';
import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const tell = async ({ origin, simulator }: TestWorld) => {
  const told: string[] = [];
  const stage = await playStory({
    gateway: origin,
    simulator: simulator.origins.adobe,
    narrator: createNarrator(
      (line) => told.push(line),
      (_, text) => text,
    ),
    clock: systemClock,
    ids: systemIds,
  });
  return { stage, told, text: told.join('\n') };
};

test('the story plays from start to end, and again', async () => {
  await using t = await startGateway();
  const first = await tell(t);
  const chapters = first.told.filter((line) => /^\d\. /.test(line));
  expect(chapters).toHaveLength(7);
  expect(first.text).toContain('Cablevision profile, type serviceTokenSSO');
  expect(first.text).toContain('Spectrum profile, type serviceTokenSSO');

  const second = await tell(t);
  expect(second.told.filter((line) => /^\d\. /.test(line))).toEqual(chapters);
  // Registered at Adobe once, for good.
  expect(first.text).toContain('dcr.register');
  expect(second.text.split('7. ')[0]).not.toContain('dcr.register');
});

test('its last lines work as pasted', async ({ skip }) => {
  const sh = promisify(execFile);
  await sh('curl', ['--version']).catch(() => skip('there is no curl on this machine'));
  await using t = await startGateway();
  const { stage } = await tell(t);
  expect(whatToOpen(stage).join('\n')).toContain('ana@viewers.example');
  const lines = whatToTry(stage).filter((line) => line.includes('curl'));
  const answers = await Promise.all(lines.map((line) => sh('sh', ['-c', line])));
  expect(answers.map(({ stdout }) => Object.keys(JSON.parse(stdout)))).toEqual([
    ['profiles'],
    expect.arrayContaining(['requestor']),
    ['decisions'],
  ]);
});
