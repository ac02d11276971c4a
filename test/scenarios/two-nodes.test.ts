import { approveDevice, createDevice, demoDevices, request } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openListeners, runGateway } from '#src/cli/gateway-servers';
import { parseConfig } from '#src/config/load';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createAdminClient } from '../support/admin.ts';
import { profileTypes } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { postgresUrl, temporarySchema } from '../support/postgres.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** Another gateway with the same settings, on ports of its own; its origin. */
const startSecondNode = async (t: TestWorld): Promise<string> => {
  const config = parseConfig({
    ...t.settings,
    public: { port: 0 },
    admin: { port: 0 },
  });
  const listeners = await openListeners(config);
  const running = await runGateway(config, listeners, {});
  onTestFinished(() => running.close());
  return `http://localhost:${listeners.public.port}`;
};

const start = async () => {
  const { url, schema, tls } = temporarySchema();
  const t = await startGateway({ settings: { store: { kind: 'postgres', url, schema, tls } } });
  onTestFinished(() => t[Symbol.asyncDispose]());
  const second = await startSecondNode(t);
  const app = t.simulator.fixtures.apps.find(({ id }) => id === 'ref30-tv');
  if (!app) throw new Error('no such app');
  const tvAt = (gateway: string) =>
    createDevice({ gateway, app, device: demoDevices.tv, clock: systemClock, ids: systemIds });
  return { t, second, tvAt };
};

describe.skipIf(!postgresUrl)('two nodes with one PostgreSQL database', () => {
  test('a sign-in begins on one and ends on the other, and so does everything after it', async () => {
    const { t, second, tvAt } = await start();
    const [tv, there] = [tvAt(second), tvAt(t.origin)];
    const code = await tv.signIn.requestDeviceCode();
    await approveDevice(t.browser(), code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
    tv.use(await tv.signIn.awaitTokens(code));
    // The answer is kept until one of its tokens is used: it may have been lost.
    expect((await there.signIn.poll(code)).body['access_token']).toBe(tv.tokens?.accessToken);

    there.use(tv.tokens);
    await t.logInAtMvpd(there, 'ana', 'Cablevision');
    expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });

    const refreshed = await request({
      method: 'POST',
      url: `${t.origin}/token`,
      form: {
        grant_type: 'refresh_token',
        refresh_token: String(tv.tokens?.refreshToken),
        client_id: tv.app.id,
      },
    });
    expect(refreshed.status).toBe(200);
    const authorization = `Bearer ${refreshed.body['access_token']}`;
    const me = async () => request({ url: `${second}/me`, headers: { authorization } });
    const { body } = await me();

    const admin = createAdminClient(t.adminOrigin);
    await admin.revoke({ kind: 'account', id: String(body['sub']), reason: 'stolen' });
    expect((await me()).status).toBe(401);
    await eventually(async () => expect((await tv.profiles()).status).toBe(401)); // a second at most
  });
});
