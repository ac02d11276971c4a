import { setTimeout } from 'node:timers/promises';
import type { RecordedRequest } from '@kinpass/simulator';
import { systemClock } from '#src/lib/clock';
import type { Fault, Measure } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import { createWatch, ownProfiles, untilRight } from './world/watch.ts';

const only = (requests: readonly RecordedRequest[], operation: string): readonly RecordedRequest[] =>
  requests.filter((request) => request.operation === operation);

const plans = {
  short: { lanes: 2, seconds: 0, calls: 8 },
  whole: { lanes: 20, seconds: 20, calls: 0 },
} as const;

/** Adobe fails for a tenth, half and all of the calls: retries stay within the budget, and the circuit breaker opens. */
export const failingAdobe: Fault = {
  id: 'E2',
  name: 'Adobe answers 503 to a tenth, to half and to all calls',
  within: 5_000,
  run: async (size) => {
    const { lanes, seconds, calls } = plans[size];
    await using world = await startGateways();
    const { control } = world.simulator;
    const tv = await world.withProfile('ana');
    const ask = await ownProfiles(tv);
    const watch = createWatch();
    const measures: Measure[] = [];
    for (const probability of [0.1, 0.5, 1]) {
      const before = watch.requests;
      const { id } = control.faults.add({
        match: { operation: 'profiles.all' },
        probability,
        seed: 'failing',
        fault: { kind: 'status', status: 503 },
      });
      watch.planted();
      if (seconds > 0) {
        const load = watch.steadily(Array(lanes).fill(ask), 100);
        await setTimeout(seconds * 1_000);
        await load.stop();
      } else for (let call = 0; call < calls; call += 1) await watch.ask(ask);
      const sent = control.faults.list().find((fault) => fault.id === id)?.matched ?? 0;
      control.faults.clear();
      watch.removed();
      const asked = watch.requests - before;
      measures.push({ what: `calls per request at ${probability * 100} %`, value: sent / asked });
      // Ten retries were saved up before.
      const beyond = Math.max(0, sent - 1.2 * asked);
      measures.push({
        what: `calls beyond 1.2 per request at ${probability * 100} %`,
        value: beyond,
        most: 10,
      });
    }
    const recovery = await untilRight(ask);
    return watch.figures({ measures, recovery });
  },
};

/** A POST is sent once, whatever the response. */
export const failingPosts: Fault = {
  id: 'E2',
  name: 'Adobe answers 502, 503 and 504 to POSTs: none is retried',
  run: async (size) => {
    await using world = await startGateways();
    const { control } = world.simulator;
    const tv = await world.signIn('ana');
    await tv.profiles();
    const watch = createWatch();
    watch.planted();
    control.clearRequests();
    const rounds = size === 'short' ? 1 : 20;
    for (let round = 0; round < rounds; round += 1) {
      await tv.profiles(); // or consecutive failures would open the circuit breaker
      for (const status of [502, 503, 504]) {
        control.faults.add({
          match: { operation: 'sessions.create' },
          times: 1,
          fault: { kind: 'status', status },
        });
        await watch.ask(async () => {
          const answer = await tv.createSession({ mvpd: 'Cablevision', domainName: 'testadobe.com' });
          if (answer.status === 200) throw new Error('a refused session was answered 200');
          return { is: 'refused', text: answer.text };
        });
      }
    }
    const sent = only(control.requests(), 'sessions.create').length;
    return watch.figures({ doubleSpent: Math.max(0, sent - watch.requests) });
  },
};

const retryAfters: Readonly<Record<string, () => string | undefined>> = {
  '1': () => '1',
  '3600': () => '3600',
  date: () => new Date(systemClock.now() + 2_000).toUTCString(),
  invalid: () => 'soon',
  absent: () => undefined,
};

/** A 429 is passed on at once, and no call goes out for the device for as long as it says, at least a second. */
export const throttlingAdobe: Fault = {
  id: 'E3',
  name: 'Adobe answers 429, with Retry-After 1, 3600, a date, invalid, none; HTML body',
  run: async (size) => {
    await using world = await startGateways({ settings: { adobe: { throttle: { longestWait: '3s' } } } });
    const { control } = world.simulator;
    const watch = createWatch();
    const measures: Measure[] = [];
    const kinds = Object.entries(retryAfters).filter(([kind]) => size === 'whole' || kind === '3600');
    for (const [kind, valueNow] of kinds) {
      const tv = await world.withProfile('ana');
      const ask = await ownProfiles(tv);
      const value = valueNow();
      const headers = { 'content-type': 'text/html', ...(value !== undefined && { 'retry-after': value }) };
      watch.planted();
      control.faults.add({
        match: { operation: 'profiles.all', address: tv.address },
        times: 1,
        fault: { kind: 'status', status: 429, body: '<html>429</html>', headers },
      });
      const throttledAt = systemClock.monotonic();
      const told: number[] = [];
      await watch.ask(async () => {
        const answer = await tv.profiles();
        told.push(Number(answer.headers['retry-after']));
        const code = answer.body['code'];
        return answer.status === 429 && code === 'gateway_throttled'
          ? { is: 'refused', text: '' }
          : { is: 'wrong', text: `${answer.status} ${answer.text}` };
      });
      const [least, most] = kind === '3600' ? [3_590, 3_600] : [1, 60];
      measures.push({ what: `Retry-After sent for ${kind}`, value: told[0] ?? 0, least, most });
      // Beyond longestWait the next call is refused at once; below, it waits until calls are allowed again.
      if (kind === '3600') await watch.ask(ask);
      else {
        await untilRight(ask);
        const silent = systemClock.monotonic() - throttledAt;
        measures.push({ what: `silence after ${kind}`, value: silent, least: 995, unit: 'ms' });
      }
      const times = only(control.requests(), 'profiles.all')
        .filter(({ headers: sent }) => sent['x-forwarded-for'] === tv.address)
        .map(({ at }) => Date.parse(at));
      const pauses = times.slice(-2);
      if (kind !== '3600' && pauses.length === 2 && (pauses[1] ?? 0) - (pauses[0] ?? 0) < 990)
        watch.note(`the next call came ${(pauses[1] ?? 0) - (pauses[0] ?? 0)} ms after the 429`);
    }
    return watch.figures({ measures });
  },
};
