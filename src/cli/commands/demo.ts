import type * as Story from '@kinpass/simulator/story';
import { applyEnvironment } from '#src/config/environment';
import { parseConfig } from '#src/config/load';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { Values } from '../arguments.ts';
import { demoConfig } from '../demo-config.ts';
import { explain } from '../explain.ts';
import { loadSimulator } from '../load-simulator.ts';
import { portOption } from '../options.ts';
import { untilShutdown } from '../shutdown-signal.ts';
import { portsFrom } from '../simulator-ports.ts';
import { print, printError, styled } from '../terminal.ts';
import { startWorld, type World } from '../world.ts';

/** Everything at once, on this machine alone: for newcomers, and for whoever develops an app without a licence. */
export const run = async (values: Values): Promise<void> => {
  const { startSimulator, defaultFixtures } = await loadSimulator(() => import('@kinpass/simulator'));
  const story = await loadSimulator(() => import('@kinpass/simulator/story'));
  const stopped = untilShutdown();
  const world = await startWorld({
    world: { startSimulator, defaultFixtures },
    configure: (places) => {
      const { input, faults } = applyEnvironment(demoConfig(places), process.env);
      return parseConfig(input, faults);
    },
    publicPort: portOption(values, 'port', 8080),
    adminPort: portOption(values, 'admin-port', 8081),
    simulatorPorts: portsFrom(portOption(values, 'simulator-port', 9090)),
    stateFile: '.data/simulator.json',
  });
  for (const line of whatRuns(world)) print(line);
  const ending = new AbortController();
  if (values['quiet']) {
    const { origin: gateway, simulator } = world;
    const places = { gateway, simulator: simulator.origins.adobe, fixtures: simulator.fixtures };
    for (const line of story.whatToOpen(places)) print(line);
    print('\n`kinpass story` (in a clone: npm run story) plays the story. Ctrl-C ends.');
  } else {
    void tell(world, story, ending.signal);
  }
  await stopped;
  ending.abort();
  print('\nShutting down gracefully…');
  await world.close();
};

/** A story that fails leaves the servers up: there is more to see then, not less. */
const tell = async (
  { origin, simulator }: World,
  { createNarrator, playStory, whatToOpen, whatToTry }: typeof Story,
  signal: AbortSignal,
): Promise<void> => {
  const options = { gateway: origin, simulator: simulator.origins.adobe, clock: systemClock, ids: systemIds };
  try {
    const stage = await playStory({ ...options, narrator: createNarrator(print) }, signal);
    for (const line of [...whatToOpen(stage), ...whatToTry(stage)]) print(line);
    print('\nEverything stays up. `kinpass story` (in a clone: npm run story) plays it again; Ctrl-C ends.');
  } catch (error) {
    if (signal.aborted) return;
    for (const line of explain(error, { debug: Boolean(process.env['KINPASS_DEBUG']) })) printError(line);
    printError('The story stopped there. Everything stays up; Ctrl-C ends.');
  }
};

const whatRuns = ({ origin, adminOrigin, simulator: { origins } }: World): string[] => {
  const rows: [string, string][] = [
    ['gateway', origin],
    ['admin', `${adminOrigin}/readyz`],
    ['Adobe Pass', `${origins.adobe}   (simulated, like all below)`],
    ['MVPDs', origins.mvpd],
    ['DTC', origins.dtc],
    ['Google', origins.google],
    ['Facebook', origins.facebook],
    ['Apple', origins.apple],
  ];
  return [styled('bold', 'Kinpass runs'), ...rows.map(([name, where]) => `   ${name.padEnd(12)}${where}`)];
};
