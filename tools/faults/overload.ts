import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Device } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import type { Fault, Measure } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { createWatch, ownerOf, p99, refused, right, wrong } from './world/watch.ts';

/** Adobe's latency (ms) and the limit of running calls: they fix the capacity, whatever the machine. */
const [adobeTakes, maxRunning] = [400, 10];
/** Anything but polls is refused only at twice as many. */
const capacity = (2 * maxRunning * 1_000) / adobeTakes;

const agent = new Agent({ keepAlive: true, maxSockets: 2_000 });

const call = async ({ origin }: Gateways, tv: Device) => {
  const headers = { ...tv.headers, authorization: `Bearer ${tv.tokens?.accessToken}` };
  const [answer] = (await once(get(`${origin}/api/v2/REF30/profiles`, { agent, headers }), 'response')) as [
    IncomingMessage,
  ];
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], text };
};

/** The excess is refused at once, accepted calls are as fast as before, and retries do no harm. */
export const overload: Fault = {
  id: 'E26',
  name: 'five times the capacity, by clients that retry when told to',
  within: 10_000,
  run: async (size) => {
    const seconds = size === 'short' ? 0.5 : 60;
    await using world = await startGateways({ settings: { overload: { maxDelay: '1m', maxRunning } } });
    const tv = await world.withProfile('ana');
    const own = ownerOf((await tv.profiles()).text);
    world.simulator.control.faults.add({
      match: { operation: 'profiles.all' },
      fault: { kind: 'delay', ms: adobeTakes },
    });
    const watch = createWatch();
    const accepted: number[] = [];
    /** Whether it was accepted; a refused call is retried once, after its `Retry-After`. */
    const ask = async (mayRepeat: boolean): Promise<void> => {
      const began = systemClock.monotonic();
      let pause: number | undefined;
      await watch.ask(async () => {
        const { status, retryAfter, text } = await call(world, tv);
        if (status === 200 && ownerOf(text) === own) {
          accepted.push(systemClock.monotonic() - began);
          return right;
        }
        pause = Number(retryAfter);
        return status === 503 && pause >= 1 ? refused(text) : wrong(`${status} ${text}`);
      });
      if (pause === undefined || !mayRepeat) return;
      await setTimeout(pause * 1_000);
      await ask(false);
    };
    /** An open loop at this rate per second; resolves once all are sent, to a promise of all responses. */
    const offer = async (perSecond: number, duration: number) => {
      const running: Promise<void>[] = [];
      const began = systemClock.monotonic();
      for (let sent = 0; sent < perSecond * duration; sent += 1) {
        const due = began + (sent * 1_000) / perSecond;
        const wait = due - systemClock.monotonic();
        if (wait > 0) await setTimeout(wait);
        running.push(ask(size === 'whole'));
      }
      return () => Promise.all(running);
    };

    await (await offer(capacity / 4, Math.min(seconds, 5)))();
    const before = p99(accepted.splice(0));
    watch.planted();
    const overloaded = await offer(capacity * 5, seconds);
    watch.removed();
    const during = p99(accepted.splice(0));
    const calm = await offer(capacity / 4, Math.min(seconds, 10));
    await Promise.all([overloaded(), calm()]);
    agent.destroy();
    const measures: Measure[] = [
      { what: 'refused', value: watch.refused, least: 1 },
      { what: 'p99 of accepted calls, before', value: before, unit: 'ms' },
      { what: 'p99 of accepted calls, overloaded', value: during, most: 2 * before, unit: 'ms' },
    ];
    return watch.figures({ measures });
  },
};
