import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { createBrowser } from '@kinpass/simulator/browser';
import { type Device, signInAtMvpd } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import { hasRedisServer, startRedisServer } from '../../test/soft-state/redis/redis-server.ts';
import type { Fault, Measure } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { residentMegabytes } from './world/memory.ts';
import { createWatch, right } from './world/watch.ts';

const login = { mvpd: 'Cablevision', domainName: 'testadobe.com', redirectUrl: 'https://www.testadobe.com/' };

const sessionOf = async (tv: Device): Promise<{ code: string; url: string }> => {
  const session = await tv.createSession(login);
  const { body, status, text } = session;
  if (status !== 200) throw new Error(`no session: ${status} ${text}`);
  return { code: String(body['code']), url: tv.browserUrl(session) };
};

const logIn = async ({ simulator }: Gateways, url: string, address = '198.51.100.7'): Promise<void> => {
  const subscription = simulator.fixtures.users
    .flatMap(({ subscriptions }) => subscriptions)
    .find(({ mvpd }) => mvpd === login.mvpd);
  if (!subscription) throw new Error(`nobody has a subscription at ${login.mvpd}`);
  await signInAtMvpd(createBrowser({ address }), url, subscription);
};

interface Stream {
  /** When the profile arrived. */
  readonly profileAt: Promise<number>;
  readonly opened: Promise<unknown>;
}

const openStream = (address: string, origin: string, tv: Device, code: string): Stream => {
  const headers = {
    ...tv.headers,
    host: new URL(origin).host,
    accept: 'text/event-stream',
    authorization: `Bearer ${tv.tokens?.accessToken}`,
  };
  const sent = get(`${address}/api/v2/REF30/profiles/code/${code}`, { agent: false, headers });
  const opened = once(sent, 'response') as Promise<[IncomingMessage]>;
  const read = async () => {
    const [answer] = await opened;
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    let text = '';
    for await (const chunk of answer.setEncoding('utf8')) text += chunk;
    if (!text.includes('event: profile')) throw new Error(`ended after ${JSON.stringify(text)}`);
    return systemClock.monotonic();
  };
  const profileAt = read();
  profileAt.catch(() => undefined);
  return { profileAt, opened };
};

const pollsAt = ({ simulator }: Gateways): number =>
  simulator.control.requests().filter(({ operation }) => operation === 'profiles.code').length;

/** However many clients wait for one code, Adobe gets one poll every four seconds, and all of them get the profile together. */
export const manyPollers = (nodes: number): Fault => ({
  id: 'E11',
  name: `10,000 clients wait for one code on ${nodes === 1 ? 'one node' : `${nodes} nodes`}`,
  run: async (size) => {
    if (nodes > 1 && !hasRedisServer) return 'redis-server is not installed';
    const [pollers, seconds] = size === 'short' ? [50, 0] : [10_000, 40];
    await using built = new AsyncDisposableStack();
    const redis = nodes > 1 ? built.use(await startRedisServer()) : undefined;
    const shared = redis && { shared: { kind: 'redis', url: redis.url } };
    const world = built.use(await startGateways({ nodes, settings: { ...shared } }));
    const tv = await world.signIn('ana');
    const { code, url } = await sessionOf(tv);
    const watch = createWatch({ excuses: false });
    const streams: Stream[] = [];
    for (let index = 0; index < pollers; index += 1) {
      const address = world.addresses[index % nodes] ?? world.origin;
      streams.push(openStream(address, world.origin, tv, code));
      if (index % 200 === 199) await Promise.allSettled(streams.slice(-200).map(({ opened }) => opened));
    }
    const measures: Measure[] = [];
    if (seconds > 0) {
      world.simulator.control.clearRequests();
      await setTimeout(seconds * 1_000);
      const perMinute = (pollsAt(world) / seconds) * 60;
      measures.push({ what: 'polls of Adobe per minute', value: perMinute, least: 12, most: 20 });
    }
    for (let node = 0; node < nodes; node += 1) {
      const value = residentMegabytes(world.node(node).pid);
      measures.push({ what: `memory of node ${node + 1}`, value, most: 400, unit: 'MB' });
    }
    await logIn(world, url);
    const loggedInAt = systemClock.monotonic();
    let last = 0;
    const heard = streams.map(({ profileAt }) =>
      watch.ask(async () => {
        last = Math.max(last, await profileAt);
        return right;
      }),
    );
    await Promise.all(heard);
    measures.push({
      what: 'until all clients have the profile',
      value: last - loggedInAt,
      most: 6_000,
      unit: 'ms',
    });
    return watch.figures({ measures });
  },
});

/** Each code has one waiting client, and each device its own rate limit, which Adobe enforces. */
export const manyCodes: Fault = {
  id: 'E12',
  name: '1,000 codes of 1,000 devices, one client waits for each',
  run: async (size) => {
    const [codes, logins] = size === 'short' ? [10, 2] : [1_000, 50];
    await using world = await startGateways({
      simulator: { throttle: { perSecond: 1, burst: 10, regenerates: true } },
      settings: { adobe: { throttle: { perSecond: 1, burst: 10 } } },
    });
    const watch = createWatch({ excuses: false });
    let throttled = 0;
    // The simulated world keeps a few thousand requests.
    const countThrottled = (): void => {
      throttled += world.simulator.control.requests().filter(({ status }) => status === 429).length;
      world.simulator.control.clearRequests();
    };
    const counting = setInterval(countThrottled, 1_000);
    const waiting: { stream: Stream; url: string }[] = [];
    for (let index = 0; index < codes; index += 1) {
      const tv = world.device();
      await tv.register();
      const { code, url } = await sessionOf(tv);
      waiting.push({ stream: openStream(world.origin, world.origin, tv, code), url });
    }
    const step = Math.floor(codes / logins);
    const waits: number[] = [];
    const follow = async ({ stream, url }: (typeof waiting)[number], index: number) => {
      await logIn(world, url, `198.51.101.${index}`);
      const loggedInAt = systemClock.monotonic();
      await watch.ask(async () => {
        waits.push((await stream.profileAt) - loggedInAt);
        return right;
      });
    };
    await Promise.all(
      waiting
        .filter((_, index) => index % step === 0)
        .slice(0, logins)
        .map(follow),
    );
    const sorted = waits.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    clearInterval(counting);
    countThrottled();
    const measures: Measure[] = [
      { what: '429 responses of Adobe', value: throttled, most: 0 },
      { what: 'median wait', value: median, unit: 'ms' },
      { what: 'longest wait', value: sorted.at(-1) ?? 0, most: Math.max(3 * median, 6_000), unit: 'ms' },
    ];
    return watch.figures({ measures });
  },
};
