import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Device, request } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import type { Fleet } from '../support/start-fleet.ts';

export interface Load {
  /** Requests that were answered as they must be, by kind. */
  readonly answered: ReadonlyMap<string, number>;
  /** Every other outcome, as text. */
  readonly wrong: readonly string[];
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** One request; returns what is wrong with its outcome, if anything. */
type Ask = () => Promise<string | undefined>;

interface Kinds {
  /** Answered at once. */
  readonly short: Readonly<Record<string, Ask>>;
  /** Held back, or streams. */
  readonly long: Readonly<Record<string, Ask>>;
}

/** Fewer than wait for a listener to take them: on a machine that is too slow the rate falls, and nothing is refused. */
const maxUnderWay = 200;
/** Milliseconds. */
const tick = 10;
const pause = 20;

/**
 * Apps, TVs and browsers that ask all the time: plain and viewer's calls, what is created by POST and TVs that poll, together
 * `perSecond` requests a second as far as the machine can; and of held polls and event streams `lanes` each.
 */
export const startLoad = async (
  fleet: Pick<Fleet, 'origin' | 'signIn'>,
  { perSecond, lanes }: { readonly perSecond: number; readonly lanes: number },
): Promise<Load> => {
  const answered = new Map<string, number>();
  const wrong: string[] = [];
  const stopped = new AbortController();
  const stoppable = (ms: number): Promise<void> =>
    setTimeout(ms, undefined, { signal: stopped.signal }).catch(() => undefined);

  const askOnce = async (kind: string, ask: Ask): Promise<void> => {
    const fault = await ask().catch(String);
    if (fault === undefined) answered.set(kind, (answered.get(kind) ?? 0) + 1);
    else if (!stopped.signal.aborted) wrong.push(`${kind}: ${fault}`);
  };
  const again = async (kind: string, ask: Ask): Promise<void> => {
    while (!stopped.signal.aborted) {
      await askOnce(kind, ask);
      await stoppable(pause);
    }
  };
  const inTurn = async (kinds: readonly [string, Ask][]): Promise<void> => {
    const underWay = new Set<Promise<void>>();
    const start = systemClock.monotonic();
    for (let sent = 0; !stopped.signal.aborted; await stoppable(tick)) {
      const due = ((systemClock.monotonic() - start) * perSecond) / 1_000;
      for (; sent < due && underWay.size < maxUnderWay; sent += 1) {
        const [kind, ask] = kinds[sent % kinds.length] as [string, Ask];
        const asking = askOnce(kind, ask).finally(() => underWay.delete(asking));
        underWay.add(asking);
      }
    }
    await Promise.all(underWay);
  };

  const { short, long } = await kindsOf(fleet, stopped.signal);
  const running = [
    inTurn(Object.entries(short)),
    ...Object.entries(long).flatMap(([kind, ask]) => Array.from({ length: lanes }, () => again(kind, ask))),
  ];
  return {
    answered,
    wrong,
    stop: async () => {
      stopped.abort();
      await Promise.all(running);
    },
  };
};

const kindsOf = async (fleet: Pick<Fleet, 'origin' | 'signIn'>, stopped: AbortSignal): Promise<Kinds> => {
  const { origin } = fleet;
  const tv = await fleet.signIn('ana', '198.51.100.1');
  /** A device has one code at a time: this one asks for new ones. */
  const otherTv = await fleet.signIn('ben', '198.51.100.2');
  const session = {
    mvpd: 'Cablevision',
    domainName: 'testadobe.com',
    redirectUrl: 'https://www.testadobe.com/',
  };
  const { body: created } = await tv.createSession(session);
  const path = `/REF30/profiles/code/${created['code']}`;
  const { body: device } = await request({
    method: 'POST',
    url: `${origin}/device/auth`,
    form: { client_id: 'ref30-tv' },
  });
  const pollForTokens = () =>
    request({
      method: 'POST',
      url: `${origin}/token`,
      form: {
        client_id: 'ref30-tv',
        device_code: String(device['device_code']),
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      },
    });
  return {
    short: {
      'key set': async () =>
        expected(await request({ url: `${origin}/.well-known/service-token-jwks.json` }), 200),
      profiles: async () => expected(await tv.profiles(), 200),
      'new session': async () => expected(await otherTv.createSession(session), 200),
      'TV that polls': async () => {
        const answer = await pollForTokens();
        const isPending = ['authorization_pending', 'slow_down'].includes(String(answer.body['error']));
        return isPending ? undefined : `${answer.status} ${answer.text}`;
      },
    },
    long: {
      'held poll': async () => expected(await tv.call(path, { headers: { prefer: 'wait=4' } }), 200),
      'event stream': () => followStream(`${origin}/api/v2${path}`, tv, stopped),
    },
  };
};

const expected = ({ status, text }: { status: number; text: string }, wanted: number): string | undefined =>
  status === wanted ? undefined : `${status} ${text}`;

/** A stream ends with an event, or with the time after which to connect again. */
const followStream = async (
  url: string,
  device: Device,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const headers = {
    ...device.headers,
    accept: 'text/event-stream',
    authorization: `Bearer ${device.tokens?.accessToken}`,
  };
  const sent = get(url, { headers, agent: false });
  sent.on('error', () => undefined); // rejects below
  signal.addEventListener('abort', () => sent.destroy(), { once: true });
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) return `status ${answer.statusCode}`;
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return /^(retry|event): /m.test(text) ? undefined : `ended after ${JSON.stringify(text)}`;
};
