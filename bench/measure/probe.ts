// Loaded into every server process by --import, so that each is measured in the same way and none knows about it.
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Sample {
  /** Microseconds of all threads since the mark, in user and kernel mode. */
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
  /** Milliseconds by which 999 of 1,000 timers were late at most; 0 if it was not watched. */
  readonly delay: number;
}

/** Bytes, once garbage has been collected. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

export type ProbeOrder = 'mark' | 'watch' | 'read' | 'memory' | 'profile' | 'profiled';

const resolution = 1;
const timers = monitorEventLoopDelay({ resolution });
const session = new Session();
let before = process.cpuUsage();
let watching = false;

const mark = (): void => {
  timers.reset();
  before = process.cpuUsage();
};

const read = (): Sample => {
  const { user, system } = process.cpuUsage(before);
  const delay = watching ? Math.max(0, timers.percentile(99.9) / 1e6 - resolution) : 0;
  timers.disable();
  watching = false;
  return { cpu: user + system, rss: process.memoryUsage.rss(), delay };
};

const orders: Record<ProbeOrder, () => unknown> = {
  mark,
  // Watching costs a timer each millisecond: only where the delay is what is measured.
  watch: () => {
    watching = timers.enable();
    mark();
  },
  read,
  memory: async (): Promise<Memory> => {
    session.connect();
    await session.post('HeapProfiler.collectGarbage');
    session.disconnect();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss, heap: heapUsed };
  },
  profile: async () => {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
  },
  profiled: async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return profile;
  },
};

const isOrder = (message: unknown): message is ProbeOrder =>
  typeof message === 'string' && Object.hasOwn(orders, message);

process.on('message', async (message: unknown) => {
  if (isOrder(message)) process.send?.({ probe: (await orders[message]()) ?? null });
});
process.on('disconnect', () => process.exit());
process.channel?.unref();
