import { setTimeout } from 'node:timers/promises';
import type { Device } from '@kinpass/simulator/client';
import type { Fault, Measure } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { type Ask, createWatch, ownProfiles, untilRight, type Watch } from './world/watch.ts';

const tokenCalls = ({ simulator }: Gateways): number =>
  simulator.control.requests().filter(({ operation }) => operation === 'dcr.token').length;

const plans = {
  short: { devices: 2, requests: 40, seconds: 2 },
  whole: { devices: 20, requests: 2_000, seconds: 40 },
} as const;

/** As many concurrent requests as a listener takes connections, until all are answered; from all devices in turn. */
const herd = async (watch: Watch, asks: readonly Ask[], requests: number): Promise<void> => {
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < requests) {
      const ask = asks[sent % asks.length];
      sent += 1;
      if (ask) await watch.ask(ask);
    }
  };
  await Promise.all(Array.from({ length: Math.min(requests, 250) }, lane));
};

const devicesOf = async (world: Gateways, count: number): Promise<Device[]> => {
  const devices: Device[] = [];
  while (devices.length < count)
    devices.push(await world.withProfile((['ana', 'ben', 'chloe'] as const)[devices.length % 3] ?? 'ana'));
  return devices;
};

/** All of Adobe's access tokens expire at once: each is renewed once for both nodes, even if a node has just started. */
export const tokenHerd: Fault = {
  id: 'E9',
  name: 'thundering herd when Adobe access tokens expire, two nodes, cold and warm; a failed renewal',
  within: 5_000,
  run: async (size) => {
    const { devices: count, requests, seconds } = plans[size];
    await using world = await startGateways({
      nodes: 2,
      simulator: { switches: { accessTokenSeconds: seconds } },
    });
    const { control } = world.simulator;
    const devices = await devicesOf(world, count);
    const asks = await Promise.all(devices.map(ownProfiles));
    const watch = createWatch();
    const measures: Measure[] = [];
    /** Expired for the gateways, which renew at nine tenths; the herd is over before they expire again. */
    const expire = () => setTimeout(seconds * 1_000);

    const measure = async (what: string): Promise<void> => {
      control.clearRequests();
      await herd(watch, asks, requests);
      const value = tokenCalls(world) / count;
      measures.push({ what: `token calls per credential, ${what}`, value, most: 1, least: 1 });
    };
    await expire();
    await measure('warm');
    if (size === 'short') return watch.figures({ measures });

    world.node(1).signal('SIGKILL');
    await world.node(1).ended;
    await world.start(1);
    await world.balancer?.untilReady(2);
    await expire();
    await measure('one node cold');

    await expire();
    control.faults.add({
      match: { operation: 'dcr.token' },
      times: count,
      fault: { kind: 'status', status: 503 },
    });
    control.clearRequests();
    watch.planted();
    await herd(watch, asks, requests);
    const failed = tokenCalls(world) / count;
    measures.push({ what: 'token calls per credential, the first one fails', value: failed, most: 3 });
    control.faults.clear();
    watch.removed();
    const [ask] = asks;
    return watch.figures({ measures, recovery: ask ? await untilRight(ask) : 0 });
  },
};

/** On a 401 from Adobe the token is renewed and the call retried, once; if the 401 persists, there is no loop. */
export const revokedTokens: Fault = {
  id: 'E10',
  name: 'Adobe revokes access tokens early; refuses every token',
  within: 1_000,
  run: async (size) => {
    const [count, rounds] = size === 'short' ? [1, 2] : [10, 20];
    await using world = await startGateways();
    const { control } = world.simulator;
    const asks = await Promise.all((await devicesOf(world, count)).map(ownProfiles));
    const watch = createWatch();
    const measures: Measure[] = [];
    const unauthorized = { kind: 'status' as const, status: 401 };
    const sentBy = async (work: () => Promise<unknown>) => {
      control.clearRequests();
      await work();
      const sent = control.requests().map(({ operation }) => operation);
      const times = (name: string) => sent.filter((operation) => operation === name).length;
      return { tokens: times('dcr.token'), calls: times('profiles.all') };
    };
    const askEach = async () => {
      for (const ask of asks) await watch.ask(ask);
    };

    let [tokens, calls] = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
      const sent = await sentBy(async () => {
        for (const ask of asks) {
          control.faults.add({ match: { operation: 'profiles.all' }, times: 1, fault: unauthorized });
          await watch.ask(ask);
        }
      });
      tokens += sent.tokens;
      calls += sent.calls;
    }
    const revoked = rounds * count;
    measures.push({ what: 'token calls per revoked token', value: tokens / revoked, most: 1, least: 1 });
    measures.push({ what: 'calls per request after a revocation', value: calls / revoked, most: 2 });

    watch.planted();
    control.faults.add({ match: { operation: 'profiles.all' }, fault: unauthorized });
    const lasting = await sentBy(askEach);
    measures.push({
      what: 'token calls while all tokens are refused',
      value: lasting.tokens / count,
      most: 1,
    });
    measures.push({ what: 'calls while all tokens are refused', value: lasting.calls / count, most: 2 });
    control.faults.clear();
    watch.removed();
    await askEach();
    return watch.figures({ measures });
  },
};
