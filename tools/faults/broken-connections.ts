import { get } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Device } from '@kinpass/simulator/client';
import type { Fault, Measure } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { residentMegabytes } from './world/memory.ts';
import type { Behavior } from './world/tcp-proxy.ts';
import { type Ask, createWatch, judged, ownProfiles, untilRight } from './world/watch.ts';

/** A POST that must reach Adobe at most once. */
const session =
  (tv: Device): Ask =>
  async () =>
    judged(
      await tv.createSession({ mvpd: 'Cablevision', domainName: 'testadobe.com' }),
      ({ status }) => status === 200,
    );

const postsAt = ({ simulator }: Gateways): number =>
  simulator.control.requests().filter(({ operation }) => operation === 'sessions.create').length;

const resets: Readonly<Record<string, Behavior>> = {
  'at the connection': 'refuse',
  'before the answer': 'reset',
  'within the headers': { answerBytes: 40, end: 'reset' },
  'within the body': { answerBytes: 260, end: 'reset' },
};

/** A POST is never sent twice; a GET is, and then succeeds. */
export const resetConnections: Fault = {
  id: 'E4',
  name: 'Adobe resets connections: at once, before, within and after the headers',
  within: 5_000,
  run: async (size) => {
    await using world = await startGateways();
    const tv = await world.withProfile('ana');
    const asks = [await ownProfiles(tv), session(await world.withProfile('ben'))];
    const watch = createWatch();
    const rounds = size === 'short' ? 1 : 10;
    let doubleSpent = 0;
    for (const behavior of Object.values(resets))
      for (let round = 0; round < rounds; round += 1) {
        const before = postsAt(world);
        watch.planted();
        world.adobe.behave(behavior);
        // The GET is retried after 250 ms, when connections work again.
        const asked = asks.map((ask) => watch.ask(ask));
        await setTimeout(150);
        world.adobe.behave('pass');
        const [read] = await Promise.all(asked);
        watch.removed();
        if (read !== 'right') watch.note(`a GET was not retried: ${read}`);
        doubleSpent += Math.max(0, postsAt(world) - before - 1);
      }
    const [ask] = asks;
    const recovery = ask ? await untilRight(ask) : 0;
    return watch.figures({ doubleSpent, recovery });
  },
};

const halfOpen: Readonly<Record<string, Behavior>> = {
  'never answers': 'stall',
  'drops within the body': { answerBytes: 260, end: 'stall' },
};

/** A call without a response ends at the deadline, and its socket is closed. */
export const halfOpenConnections: Fault = {
  id: 'E5',
  name: 'Adobe accepts and never answers; a firewall drops packets within the body',
  within: 5_000,
  run: async (size) => {
    const [deadline, lanes, rounds] = size === 'short' ? [500, 2, 1] : [1_000, 50, 20];
    await using world = await startGateways({ settings: { adobe: { timeout: `${deadline}ms` } } });
    const ask = await ownProfiles(await world.withProfile('ana'));
    const watch = createWatch();
    const measures: Measure[] = [];
    let recovery = 0;
    const askAll = () => Promise.all(Array.from({ length: lanes }, () => watch.ask(ask)));
    for (let round = 0; round < rounds; round += 1) await askAll(); // a new process is slower
    for (const [what, behavior] of Object.entries(halfOpen)) {
      watch.planted();
      world.adobe.behave(behavior);
      world.adobe.cut(); // what is idle from before is no leak
      const before = watch.took.length;
      for (let round = 0; round < rounds; round += 1) await askAll();
      const slowest = Math.max(...watch.took.slice(before));
      measures.push({ what: `longest: ${what}`, value: slowest, most: deadline + 100, unit: 'ms' });
      await setTimeout(50);
      measures.push({ what: `sockets left: ${what}`, value: world.adobe.open, most: 0 });
      world.adobe.behave('pass');
      watch.removed();
      recovery = Math.max(recovery, await untilRight(ask));
    }
    return watch.figures({ measures, recovery });
  },
};

/** A client that does not read its response until it is told to. */
const openUnread = (tv: Device, origin: string): (() => void) => {
  const headers = { ...tv.headers, authorization: `Bearer ${tv.tokens?.accessToken}` };
  const sent = get(`${origin}/api/v2/REF30/profiles`, { agent: false, headers }, (answer) => answer.pause());
  sent.on('error', () => undefined);
  return () => sent.destroy();
};

/** Responses have a time and size limit; clients that do not read cost no memory. */
export const slowBodies: Fault = {
  id: 'E6',
  name: 'Adobe sends one byte per second, or an endless body; clients that read nothing',
  within: 5_000,
  run: async (size) => {
    const [deadline, lanes, clients] = size === 'short' ? [500, 2, 10] : [3_000, 10, 500];
    await using world = await startGateways({ settings: { adobe: { timeout: `${deadline}ms` } } });
    const tv = await world.withProfile('ana');
    const ask = await ownProfiles(tv);
    const { faults } = world.simulator.control;
    const watch = createWatch();
    const { pid } = world.node(0);
    const before = residentMegabytes(pid);
    const askAll = () => Promise.all(Array.from({ length: lanes }, () => watch.ask(ask)));
    watch.planted();
    world.adobe.behave({ bytesPerSecond: 1 });
    await askAll();
    const slowest = Math.max(...watch.took);
    world.adobe.behave('pass');
    faults.add({ match: { operation: 'profiles.all' }, fault: { kind: 'huge', bytes: 2 ** 30 } });
    await askAll();
    faults.clear();
    const unread = Array.from({ length: clients }, () => openUnread(tv, world.origin));
    watch.removed();
    const recovery = await untilRight(ask);
    await askAll();
    const grown = residentMegabytes(pid) - before;
    for (const close of unread) close();
    const measures: Measure[] = [
      { what: 'longest', value: slowest, most: deadline + 100, unit: 'ms' },
      { what: 'memory growth', value: grown, most: 64, unit: 'MB' },
      { what: 'responses to endless bodies', value: 2 * lanes - watch.refused, most: 0 },
    ];
    return watch.figures({ measures, recovery });
  },
};
