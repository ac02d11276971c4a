import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { defineCommand } from '../command.ts';
import { loadSimulator } from '../demo/load-simulator.ts';
import { parseOrigin } from '../options.ts';
import { print } from '../terminal.ts';

export const command = defineCommand({
  summary: 'Play the story again against a running demo',
  options: {
    gateway: {
      type: 'string',
      value: 'origin',
      help: 'public origin of the gateway (default: http://localhost:8080)',
    },
    simulator: {
      type: 'string',
      value: 'origin',
      help: 'simulated Adobe Pass (default: http://localhost:9090)',
    },
  },
  async run(values) {
    const { createNarrator, playStory, whatToOpen, whatToTry } = await loadSimulator(
      () => import('@kinpass/simulator/story'),
    );
    const stage = await playStory({
      gateway: parseOrigin(values.gateway, '--gateway', 'http://localhost:8080'),
      simulator: parseOrigin(values.simulator, '--simulator', 'http://localhost:9090'),
      narrator: createNarrator(print),
      clock: systemClock,
      ids: systemIds,
    });
    for (const line of [...whatToOpen(stage), ...whatToTry(stage)]) print(line);
  },
});
