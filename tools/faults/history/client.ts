import { setTimeout } from 'node:timers/promises';
import { createBrowser } from '@kinpass/simulator/browser';
import { type ApiAnswer, approveDevice, type Device, request } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import type { Gateways } from '../world/gateways.ts';
import { ownerOf } from '../world/watch.ts';
import type { Entry } from './check.ts';

export interface Viewer {
  readonly id: 'ana' | 'ben' | 'chloe';
  /** The owner of the profiles that they see on every device (`ownerOf`). */
  readonly profiles: string;
}

interface Options {
  readonly world: Gateways;
  readonly viewer: Viewer;
  readonly random: () => number;
  readonly record: (entry: Entry) => void;
  readonly stopped: AbortSignal;
  /** Milliseconds after which a sign-out holds everywhere. */
  readonly delay: number;
}

const outcomeOf = ({ status }: ApiAnswer): Entry['outcome'] =>
  status < 300 ? 'done' : status === 400 || status === 401 ? 'refused' : 'unknown';

/** One TV after another: signs in, calls, refreshes, signs out, and tries its old tokens. */
export const runClient = async (options: Options): Promise<void> => {
  while (!options.stopped.aborted) {
    const tv = options.world.device();
    await useTv(tv, options).catch((error: unknown) => {
      // A page failed to load: the sign-in did not happen, or its result was lost.
      if (!(error instanceof Error)) throw error;
    });
  }
};

const useTv = async (tv: Device, { world, viewer, random, record, delay }: Options): Promise<void> => {
  const user = world.simulator.fixtures.users.find(({ id }) => id === viewer.id);
  if (!user) throw new Error(`the simulated world has no ${viewer.id}`);
  const code = await tv.signIn.requestDeviceCode();
  const browser = createBrowser({ address: tv.address });
  await approveDevice(browser, code.verificationUriComplete, { provider: 'dtc', user });
  const signIn = code.deviceCode;

  const timed = async (
    operation: Entry['operation'],
    ask: () => Promise<ApiAnswer>,
    more: (answer: ApiAnswer) => Partial<Entry> = () => ({}),
  ): Promise<ApiAnswer | undefined> => {
    const began = systemClock.monotonic();
    const answer = await ask().catch(() => undefined);
    const ended = systemClock.monotonic();
    const outcome = answer ? outcomeOf(answer) : 'unknown';
    record({ signIn, operation, began, ended, outcome, ...(answer && more(answer)) });
    return answer;
  };
  const post = (path: string, form: Record<string, string>) => () =>
    request({
      method: 'POST',
      url: `${world.origin}${path}`,
      headers: { 'x-forwarded-for': tv.address },
      form: { client_id: tv.app.id, ...form },
    });

  /** Two at once, retried until there is a response: all responses must be the same. */
  const exchange = async (spent: string, form: Record<string, string>): Promise<boolean> => {
    const gain = ({ status, body }: ApiAnswer): Partial<Entry> =>
      status === 200 ? { spent, gained: `${body['access_token']} ${body['refresh_token']}` } : { spent };
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const once = () => timed('exchange', post('/token', form), gain);
      const answers = await Promise.all([once(), once()]);
      const given = answers.find((answer) => answer?.status === 200);
      if (given) {
        const [accessToken, refreshToken] = [given.body['access_token'], given.body['refresh_token']];
        tv.use({ accessToken: String(accessToken), refreshToken: String(refreshToken), expiresIn: 0 });
        return true;
      }
      if (answers.some((answer) => answer && outcomeOf(answer) === 'refused')) return false;
      await setTimeout(50);
    }
    return false;
  };
  const refresh = () => {
    const refresh_token = tv.tokens?.refreshToken ?? '';
    return exchange(refresh_token, { grant_type: 'refresh_token', refresh_token });
  };
  const call = () =>
    timed('call', tv.profiles, ({ status, text }) =>
      status === 200 ? { isOwn: ownerOf(text) === viewer.profiles } : {},
    );

  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  if (!(await exchange(code.deviceCode, { grant_type, device_code: code.deviceCode }))) return;
  for (let turn = Math.floor(random() * 8); turn >= 0; turn -= 1) {
    if (random() < 0.7) await call();
    else if (!(await refresh())) break;
  }
  const token = tv.tokens?.refreshToken ?? '';
  for (;;) {
    const answer = await timed('end', post('/token/revocation', { token }));
    if (answer && outcomeOf(answer) !== 'unknown') break;
    await setTimeout(50);
  }
  await setTimeout(delay + 1);
  await call();
  await call();
  await exchange(token, { grant_type: 'refresh_token', refresh_token: token });
};
