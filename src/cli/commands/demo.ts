import type * as Story from '@kinpass/simulator/story';
import { parseConfig } from '#src/config/load';
import { applyEnvironment } from '#src/config/sources/environment';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { defineCommand, type Values } from '../command.ts';
import { demoConfig, usualPorts } from '../demo/config.ts';
import { demoGuide } from '../demo/guide.ts';
import { loadSimulator } from '../demo/load-simulator.ts';
import { portsFrom } from '../demo/simulator-ports.ts';
import { startWorld, type World } from '../demo/world.ts';
import { explain } from '../explain.ts';
import { parsePort } from '../options.ts';
import { untilShutdown } from '../shutdown-signal.ts';
import { print, printError, styled } from '../terminal.ts';

const options = {
  quiet: { type: 'boolean', help: 'do not play the story' },
  port: { type: 'string', value: 'n', help: 'port of the public listener (default: 8080)' },
  'admin-port': { type: 'string', value: 'n', help: 'port of the admin listener (default: 8081)' },
  'simulator-port': {
    type: 'string',
    value: 'n',
    help: 'first of the six simulator ports (default: 9090)',
  },
} as const;

/** Gateway and simulated world on this machine alone: for a first look, and for app development without a license. */
export const command = defineCommand({
  summary: 'Run the gateway with a simulated world, and play the story',
  options,
  run: (values) => runDemo(values),
});

const runDemo = async (values: Values<typeof options>): Promise<void> => {
  const { startSimulator, defaultFixtures } = await loadSimulator(() => import('@kinpass/simulator'));
  const story = await loadSimulator(() => import('@kinpass/simulator/story'));
  const stopped = untilShutdown();
  const world = await startWorld({
    world: { startSimulator, defaultFixtures },
    configure: (places) => {
      const { input, faults } = applyEnvironment(demoConfig(places), process.env);
      return parseConfig(input, faults);
    },
    publicPort: parsePort(values.port, '--port', usualPorts.public),
    adminPort: parsePort(values['admin-port'], '--admin-port', usualPorts.admin),
    simulatorPorts: portsFrom(parsePort(values['simulator-port'], '--simulator-port', usualPorts.simulator)),
    stateFile: '.data/simulator.json',
    guide: demoGuide,
  });
  for (const line of whatRuns(world)) print(line);
  const ending = new AbortController();
  if (values.quiet) {
    const { origin: gateway, simulator } = world;
    const places = { gateway, simulator: simulator.origins.adobe, fixtures: simulator.fixtures };
    for (const line of story.whatToOpen(places)) print(line);
    print('\n`kinpass story` (in a clone: npm run story) plays the story. Ctrl-C ends the demo.');
  } else {
    void playOnce(world, story, ending.signal);
  }
  await stopped;
  ending.abort();
  print('\nShutting down gracefully…');
  await world.close();
};

/** The servers keep running when the story fails, so that the failure can be examined. */
const playOnce = async (
  { origin, simulator }: World,
  { createNarrator, playStory, whatToOpen, whatToTry }: typeof Story,
  signal: AbortSignal,
): Promise<void> => {
  const options = { gateway: origin, simulator: simulator.origins.adobe, clock: systemClock, ids: systemIds };
  try {
    const stage = await playStory({ ...options, narrator: createNarrator(print) }, signal);
    for (const line of [...whatToOpen(stage), ...whatToTry(stage)]) print(line);
    print(
      '\nAll servers keep running. `kinpass story` (in a clone: npm run story) plays it again. Ctrl-C ends the demo.',
    );
  } catch (error) {
    if (signal.aborted) return;
    for (const line of explain(error, { debug: Boolean(process.env['KINPASS_DEBUG']) })) printError(line);
    printError('The story failed. All servers keep running. Ctrl-C ends the demo.');
  }
};

const whatRuns = ({ origin, adminOrigin, simulator: { origins } }: World): string[] => {
  const rows: [string, string][] = [
    ['gateway', origin],
    ['admin', `${adminOrigin}/readyz`],
    ['Adobe Pass', `${origins.adobe}   (simulated, like all of the following)`],
    ['MVPDs', origins.mvpd],
    ['DTC', origins.dtc],
    ['Google', origins.google],
    ['Facebook', origins.facebook],
    ['Apple', origins.apple],
  ];
  return [
    styled('bold', 'Kinpass is running'),
    ...rows.map(([name, where]) => `   ${name.padEnd(12)}${where}`),
  ];
};
