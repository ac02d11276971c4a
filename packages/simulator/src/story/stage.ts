/**
 * The story: a guided tour of single sign-on, played against a running gateway and simulator. This folder owns the
 * devices on stage, the chapters and what they print. It must not start servers or reach behind their interfaces.
 */
import { type Browser, createBrowser } from '#src/browser/browser';
import { type Control, createControl } from '#src/client/control';
import { demoDevices } from '#src/client/demo-devices';
import { createDevice, type Device, type DeviceFacts } from '#src/client/device';
import { type ApiAnswer, request } from '#src/client/request';
import type { Fixtures, User } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { RecordedRequest } from '#src/recording';
import type { Narrator } from './narrator.ts';

export interface StageOptions {
  /** Public origin of the gateway. */
  readonly gateway: string;
  /** Origin of the simulated Adobe Pass, which also has the control API. */
  readonly simulator: string;
  readonly narrator: Narrator;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface Stage {
  readonly gateway: string;
  readonly simulator: string;
  readonly narrator: Narrator;
  readonly ids: Ids;
  readonly control: Control;
  readonly fixtures: Fixtures;
  /** Ana's TV and phone, Chloé's laptop and phone. */
  readonly devices: Readonly<Record<keyof typeof demoDevices, Device>>;
  user(id: string): User;
  /** A new browser beside a device; the device's app can take over from it. */
  browser(device: Device): Browser;
  /** Makes a call and repeats it after a 429, once its Retry-After has passed. */
  patiently(run: () => Promise<ApiAnswer>): Promise<ApiAnswer>;
  /** Makes a REST V2 call and narrates it: the request, what reached Adobe, and the answer. */
  exchange(call: Exchange): Promise<ApiAnswer>;
}

interface Exchange {
  readonly who: string;
  /** Method and path as the app sends them. */
  readonly what: string;
  readonly run: () => Promise<ApiAnswer>;
  /** The answer in a few words. */
  readonly summarize: (answer: ApiAnswer) => string;
}

const appOn = {
  tv: 'ref30-tv',
  phone: 'ref40-phone',
  laptop: 'ref30-web',
  otherPhone: 'ref40-phone',
} as const;

/** Errors: an Error that names the server that does not respond. */
export const setStage = async ({
  gateway,
  simulator,
  narrator,
  clock,
  ids,
}: StageOptions): Promise<Stage> => {
  const control = createControl(simulator);
  const fixtures = await reaching(simulator, 'the simulator', () => control.fixtures());
  await reaching(gateway, 'the gateway', () =>
    request({ url: `${gateway}/.well-known/openid-configuration` }),
  );
  await control.clearRequests();

  const user = (id: string): User => required(fixtures.users, id, 'user');
  const device = (name: keyof typeof demoDevices) => {
    const facts: DeviceFacts = demoDevices[name];
    return createDevice({
      gateway,
      app: required(fixtures.apps, appOn[name], 'app'),
      device: facts,
      clock,
      ids,
    });
  };

  const patiently: Stage['patiently'] = async (run) => {
    for (;;) {
      const answer = await run();
      if (answer.status !== 429) return answer;
      narrator.fact('throttled', 'too many calls from one device; waiting before the next try');
      await clock.wait(Number(answer.headers['retry-after'] ?? 1) * 1000);
    }
  };

  return {
    gateway,
    simulator,
    narrator,
    ids,
    control,
    fixtures,
    user,
    devices: {
      tv: device('tv'),
      phone: device('phone'),
      laptop: device('laptop'),
      otherPhone: device('otherPhone'),
    },
    browser: ({ address, app }) => createBrowser({ address: nextTo(address), stopsAt: app.redirectUris }),
    patiently,
    async exchange({ who, what, run, summarize }) {
      const before = (await control.requests()).length;
      const answer = await patiently(run);
      const sent = (await control.requests()).slice(before).filter(({ party }) => party === 'adobe');
      narrator.step(`${who}: ${what}`);
      narrator.fact('to Adobe', sent.map(sentText).join(', then ') || 'nothing');
      if (answer.status !== 200) throw new Error(`${what} failed: ${failureText(answer)}`);
      narrator.fact('answer', summarize(answer));
      return answer;
    },
  };
};

/** Stops the story if something went differently. Errors: an Error with this message. */
export function ensure(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** Adobe's rate limit counts by address; a browser beside the device has its own. */
const nextTo = (address: string): string => address.replace(/\d+$/, (last) => String(Number(last) + 100));

const sentText = ({ operation, serviceToken }: RecordedRequest): string => {
  if (!serviceToken) return operation;
  const subject = String(serviceToken.claims?.['sub']).slice(0, 8);
  return `${operation} with AD-Service-Token (sub ${subject}…, ${serviceToken.verified ? 'verified' : 'NOT verified'})`;
};

const failureText = ({ status, body }: ApiAnswer): string =>
  [status, body['code'] ?? body['error'], body['message'] ?? body['error_description']]
    .filter(Boolean)
    .join(' ');

const required = <T extends { readonly id: string }>(list: readonly T[], id: string, kind: string): T => {
  const found = list.find((item) => item.id === id);
  if (!found) throw new Error(`the simulated world has no ${kind} "${id}"`);
  return found;
};

const reaching = async <T>(origin: string, name: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (cause) {
    throw new Error(`${name} does not respond at ${origin}. Start the demo first: npm start -- --quiet`, {
      cause,
    });
  }
};
