import { createBrowser } from '@kinpass/simulator/browser';
import { type ApiAnswer, approveDevice, request } from '@kinpass/simulator/client';
import type { Fault } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import { startTcpProxy } from './world/tcp-proxy.ts';
import { createWatch, right, wrong } from './world/watch.ts';

interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

const tokensOf = ({ body }: ApiAnswer): Tokens => ({
  access: String(body['access_token']),
  refresh: String(body['refresh_token']),
});

const plans = { short: { devices: 1, refreshes: 2 }, whole: { devices: 10, refreshes: 20 } } as const;

/**
 * A response that was lost after the commit is repeated on a retry: same tokens, one sign-in. Another client gets nothing
 * for the same code or token.
 */
export const lostAnswers: Fault = {
  id: 'E27',
  name: 'responses to POST /token dropped after the commit, clients retry',
  run: async (size) => {
    const { devices, refreshes } = plans[size];
    await using world = await startGateways();
    await using wire = await startTcpProxy(Number(new URL(world.origin).port));
    const user = world.simulator.fixtures.users[0];
    if (!user) throw new Error('the simulated world has no users');
    const watch = createWatch();
    let doubleSpent = 0;

    for (let index = 0; index < devices; index += 1) {
      const tv = world.device();
      const code = await tv.signIn.requestDeviceCode();
      const browser = createBrowser({ address: tv.address });
      await approveDevice(browser, code.verificationUriComplete, { provider: 'dtc', user });
      const post = (port: number | string, form: Record<string, string>): Promise<ApiAnswer> =>
        request({
          method: 'POST',
          url: `http://127.0.0.1:${port}/token`,
          headers: { host: new URL(world.origin).host, 'x-forwarded-for': tv.address },
          form: { client_id: tv.app.id, ...form },
        });
      const direct = new URL(world.origin).port;

      /** The response is lost at its first byte; every retry gets the same one. */
      const exchange = async (form: Record<string, string>): Promise<Tokens> => {
        wire.behave({ answerBytes: 0, end: 'reset' });
        const lost = await post(wire.port, form).catch(() => undefined);
        if (lost) watch.note(`an answer came through: ${lost.status}`);
        const given: Tokens[] = [];
        for (let attempt = 0; attempt < 2; attempt += 1)
          await watch.ask(async () => {
            const answer = await post(direct, form);
            if (answer.status !== 200) return wrong(`${answer.status} ${answer.text}`);
            given.push(tokensOf(answer));
            return right;
          });
        const [first, second] = given;
        if (first?.refresh !== second?.refresh || first?.access !== second?.access) doubleSpent += 1;
        await watch.ask(async () => {
          const { status } = await post(direct, { ...form, client_id: 'ref40-phone' });
          return status === 400 ? right : wrong(`another client got ${status}`);
        });
        return first ?? { access: '', refresh: '' };
      };

      let { refresh } = await exchange({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: code.deviceCode,
      });
      for (let turn = 0; turn < refreshes; turn += 1)
        ({ refresh } = await exchange({ grant_type: 'refresh_token', refresh_token: refresh }));
    }
    return watch.figures({ doubleSpent });
  },
};
