import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { Values } from '../arguments.ts';
import { loadSimulator } from '../load-simulator.ts';
import { originOption } from '../options.ts';
import { print } from '../terminal.ts';

export const run = async (values: Values): Promise<void> => {
  const { createNarrator, playStory, whatToOpen, whatToTry } = await loadSimulator(
    () => import('@kinpass/simulator/story'),
  );
  const stage = await playStory({
    gateway: originOption(values, 'gateway', 'http://localhost:8080'),
    simulator: originOption(values, 'simulator', 'http://localhost:9090'),
    narrator: createNarrator(print),
    clock: systemClock,
    ids: systemIds,
  });
  for (const line of [...whatToOpen(stage), ...whatToTry(stage)]) print(line);
};
