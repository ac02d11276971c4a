import type { RecordedRequest } from '@kinpass/simulator';
import type { Device } from '@kinpass/simulator/client';
import type { TestWorld } from '../../test/support/start-gateway.ts';

/** What a journey costs. */
export interface Cost {
  /** Requests of the app, retries and the browser's aside. */
  readonly app: number;
  /** Requests that reach Adobe, those of browsers aside. */
  readonly adobe: number;
  /** Times that the viewer logs in at the TV provider. */
  readonly logins: number;
}

/** What an app does in one journey. `logIn`: the viewer does, in the browser, at the address of the page. */
export type Walk = (tools: { logIn(url: string): Promise<void> }) => Promise<void>;

/** One kind of app, in each journey in this order; what one leaves behind is there in the next. */
export interface App {
  readonly name: string;
  /** Everything that its devices have asked so far. */
  asked(): number;
  readonly journeys: Readonly<Record<JourneyName, Walk>>;
}

export const journeyNames = {
  firstStart: 'First start: from the code on the TV to a profile',
  return: 'Return: the app starts again',
  playback: 'Playback of one resource',
  secondDevice: 'Second app, on another device',
} as const;

export type JourneyName = keyof typeof journeyNames;

/** The same device; `count` is told of each request. */
export const counted = (device: Device, count: (requests: number) => void): Device => {
  const registration = 2;
  return new Proxy(device, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || name === 'use' || name === 'browserUrl') return member;
      return (...args: unknown[]): unknown => {
        count(name === 'register' ? registration : 1);
        return Reflect.apply(member, target, args);
      };
    },
  });
};

const isOfApp = ({ party, path }: RecordedRequest): boolean =>
  party === 'adobe' && /^\/(?:o\/client|api\/v2)\//.test(path) && !path.startsWith('/api/v2/authenticate/');

export const measure = async (
  { control }: Pick<TestWorld, 'control'>,
  app: App,
  walk: Walk,
  logIn: (url: string) => Promise<void>,
): Promise<Cost> => {
  await control.clearRequests();
  const before = app.asked();
  let logins = 0;
  await walk({
    logIn: (url) => {
      logins += 1;
      return logIn(url);
    },
  });
  const adobe = (await control.requests()).filter(isOfApp).length;
  return { app: app.asked() - before, adobe, logins };
};
