import { whatToOpen, whatToTry } from '@kinpass/simulator/story/farewell';
import { createNarrator } from '@kinpass/simulator/story/narrator';
import { playStory } from '@kinpass/simulator/story/play';
import { applyEnvironment } from '#src/config/environment';
import { parseConfig } from '#src/config/load';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { Values } from '../arguments.ts';
import { demoConfig } from '../demo-config.ts';
import { explain } from '../explain.ts';
import { untilStopped } from '../lifetime.ts';
import { portOption } from '../options.ts';
import { portsFrom } from '../simulator-ports.ts';
import { print, printError, styled } from '../terminal.ts';
import { startWorld, type World } from '../world.ts';

/** Everything at once, on this machine alone: for newcomers, and for whoever develops an app without a licence. */
export const run = async (values: Values): Promise<void> => {
  const stopped = untilStopped();
  const world = await startWorld({
    configure: (places) => {
      const input = demoConfig(places);
      return parseConfig(input, applyEnvironment(input, process.env));
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
    for (const line of whatToOpen(places)) print(line);
    print('\nnpm run story (or npx kinpass story) plays the story. Ctrl-C ends.');
  } else {
    void tell(world, ending.signal);
  }
  await stopped;
  ending.abort();
  print('\nFinishing what runs, then closing.');
  await world.close();
};

/** A story that fails leaves the servers up: there is more to see then, not less. */
const tell = async ({ origin, simulator }: World, signal: AbortSignal): Promise<void> => {
  const options = { gateway: origin, simulator: simulator.origins.adobe, clock: systemClock, ids: systemIds };
  try {
    const stage = await playStory({ ...options, narrator: createNarrator(print) }, signal);
    for (const line of [...whatToOpen(stage), ...whatToTry(stage)]) print(line);
    print('\nEverything stays up. npm run story (or npx kinpass story) plays it again; Ctrl-C ends.');
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
