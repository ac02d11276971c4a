// What becomes of a crowd that asks for more than a gateway can do: calls served and how fast, polls served, and how long it
// takes until all is well again after it. `node --conditions=kinpass-source bench/overload.ts [--clone DIR] [--delay MS]…
// [--times N]… [--adobe MS] [--seconds N] [--capacity N]`
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from '../test/support/free-port.ts';
import { type Kinpass, startKinpass } from './contenders/kinpass.ts';
import type { CrowdOrder, Second } from './load/crowd.ts';
import { nextMessage } from './next-message.ts';
import { fewAccounts, type Target } from './rows/row.ts';

const { values } = parseArgs({
  options: {
    clone: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    delay: { type: 'string', multiple: true, default: ['default'] },
    times: { type: 'string', multiple: true, default: ['1', '2', '5'] },
    adobe: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '12' },
    capacity: { type: 'string', default: '0' },
  },
});

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const adobeProcess = fork(here('parties/adobe.ts'), [values.adobe]);
const adobe = await nextMessage<string>(adobeProcess);
const crowd = fork(here('load/crowd.ts'));

const send = async (order: CrowdOrder): Promise<readonly Second[]> => {
  crowd.send(order);
  const seconds = await nextMessage<readonly Second[] | { failed: string }>(crowd);
  if ('failed' in seconds) throw new Error(seconds.failed);
  return seconds;
};

const p99 = (seconds: readonly Second[]): number => {
  const sorted = seconds.flatMap(({ took }) => took).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
};

const mean = (seconds: readonly Second[], figure: (second: Second) => number): number =>
  seconds.reduce((sum, second) => sum + figure(second), 0) / seconds.length;

const isWell =
  (usual: number) =>
  (second: Second): boolean =>
    second.late + second.failed + second.refused === 0 && p99([second]) <= 2 * usual;

/** Requests a second until calls take longer than they do while little is asked. */
const capacityOf = async (target: Target): Promise<number> => {
  const usual = p99(await send({ target, perSecond: 200, ms: 5_000 }));
  let perSecond = 600;
  for (; perSecond < 20_000; perSecond = Math.round(perSecond * 1.25)) {
    const [, ...seconds] = await send({ target, perSecond, ms: 3_000 });
    if (mean(seconds, ({ calls, polls }) => calls + polls) < perSecond * 0.97) break;
    if (p99(seconds) > usual * 2) break;
  }
  return Math.round(perSecond / 1.25);
};

const pad = (...cells: readonly (string | number)[]): string =>
  cells.map((cell) => String(typeof cell === 'number' ? Math.round(cell) : cell).padStart(10)).join('');

const surge = async (kinpass: Kinpass, capacity: number, times: number): Promise<void> => {
  const { target } = kinpass;
  const ms = Number(values.seconds) * 1_000;
  const usualRate = Math.round(capacity / 2);
  const [, ...calm] = await send({ target, perSecond: usualRate, ms: 4_000 });
  const usual = p99(calm);
  await kinpass.mark(false);
  const busy = await send({ target, perSecond: capacity * times, ms });
  const { cpu } = await kinpass.read();
  const after = await send({ target, perSecond: usualRate, ms: 10_000 });
  const recovered = after.findLastIndex((second) => !isWell(usual)(second)) + 1;
  const figures = (['calls', 'polls', 'refused', 'late', 'failed'] as const).map((name) =>
    mean(busy, (second) => second[name]),
  );
  const asked = capacity * times;
  console.log(
    pad(
      `${times}×`,
      asked * 0.4,
      ...figures,
      usual,
      p99(busy),
      `${recovered} s`,
      `${Math.round(cpu / ms / 10)} %`,
    ),
  );
};

let capacity = Number(values.capacity);
for (const delay of values.delay) {
  const port = await freePort();
  const settings = delay === 'default' ? {} : { overload: { maxDelay: `${delay}ms` } };
  const kinpass = await startKinpass({
    clone: values.clone,
    port,
    accounts: fewAccounts,
    adobe,
    plant: 0,
    settings,
  });
  for (let turn = 0; turn < 3; turn += 1) await send({ target: kinpass.target, perSecond: 1_000, ms: 3_000 });
  capacity ||= await capacityOf(kinpass.target);
  console.log(`maxDelay ${delay}: ${capacity} requests a second`);
  console.log(
    pad(
      '',
      'wanted',
      'calls',
      'polls',
      'refused',
      'late',
      'failed',
      'p99 calm',
      'p99 busy',
      'recovery',
      'CPU',
    ),
  );
  for (const times of values.times) await surge(kinpass, capacity, Number(times));
  await kinpass.stop();
}
crowd.kill();
adobeProcess.kill();
