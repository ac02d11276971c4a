import { cpuByModule } from './measure/profile.ts';
import type { Row } from './rows/row.ts';
import type { World } from './world.ts';

/** Milliseconds. */
const warmUp = 3_000;
const length = 5_000;

/** Where Kinpass's main thread spends its time in one row, by module. */
export const profileRow = async (world: World, row: Row): Promise<string> => {
  const kinpass = world.gateways.for(row);
  await world.load(row, 'kinpass', warmUp);
  await kinpass.profile();
  const { requests } = await world.load(row, 'kinpass', length);
  const modules = cpuByModule(await kinpass.profiled());
  const total = modules.reduce((sum, [, micros]) => sum + micros, 0);
  const lines = modules
    .filter(([, micros]) => micros > total / 500)
    .map(
      ([name, micros]) =>
        `| ${name} | ${(micros / requests).toFixed(1)} | ${((100 * micros) / total).toFixed(1)} |`,
    );
  return [`| ${row.name} | µs per request | % |`, '| --- | --- | --- |', ...lines].join('\n');
};
