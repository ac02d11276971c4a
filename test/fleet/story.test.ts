import { createBrowser } from '@kinpass/simulator/browser';
import { approveDevice, type Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasRedisServer } from '../soft-state/redis/redis-server.ts';
import { postgresUrl } from '../support/postgres.ts';
import type { Fleet } from '../support/start-fleet.ts';
import { startTcpBalancer, type TcpBalancer } from '../support/tcp-balancer.ts';
import { openSession } from '../support/watch.ts';
import { askedAdobe, callAt } from './at-a-node.ts';
import {
  atOncePromises,
  type Given,
  logInAtMvpd,
  signInTvs,
  startThree,
  statusesOf,
  stoppedPromises,
  waitingFor,
} from './one-of-each.ts';
import { type SharedFleet, startSharedFleet } from './shared-fleet.ts';

// Processes start and end, beside those of other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.runIf(postgresUrl !== '' && hasRedisServer)('two nodes on PostgreSQL and Redis', () => {
  let world: SharedFleet<TcpBalancer> & AsyncDisposable;
  let fleet: Fleet<TcpBalancer>;
  let tvs: Device[];
  beforeAll(async () => {
    const settings = { adobe: { timeout: '30s' } }; // longer than a node is stopped for
    world = await startSharedFleet(postgresUrl, { balance: startTcpBalancer, settings });
    fleet = world.fleet;
    // Two viewers log in at an MVPD, after which all of their TVs have the profile.
    tvs = await signInTvs(fleet, [...three('chloe'), ...three('ana'), 'ana', 'ana']);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const given = (): Given => ({
    fleet,
    tv: () => tvs.pop() ?? expect.unreachable('more TVs are needed'),
    pairs: () => world.schema.query('SELECT id FROM credentials ORDER BY id'),
    isWritable: () => true,
  });
  /** What apps and browsers send from now on reaches this node. */
  const on = (node: number) => fleet.balancer.direct(fleet.node(node));

  test('a sign-in begins on one node and ends on the other; one node is killed, and the other continues', async () => {
    const ben = fleet.simulator.fixtures.users.find(({ id }) => id === 'ben');
    if (!ben) throw new Error('the simulated world has no ben');
    const tv = fleet.tv('203.0.113.1');
    const refresh = async () => tv.use(await tv.signIn.refresh(String(tv.tokens?.refreshToken)));

    await on(0);
    const code = await tv.signIn.requestDeviceCode();
    await on(1);
    const phone = createBrowser({ address: tv.address });
    await approveDevice(phone, code.verificationUriComplete, { provider: 'dtc', user: ben });
    await on(0);
    tv.use(await tv.signIn.awaitTokens(code));
    await on(1);
    await refresh();

    await on(0);
    const session = await openSession(tv);
    const held = callAt(fleet, fleet.node(1), tv, waitingFor(session.code));
    const cut = expect(callAt(fleet, fleet.node(0), tv, waitingFor(session.code))).rejects.toThrow();
    await expect.poll(() => askedAdobe(fleet, 'profiles.code', tv.address)).not.toEqual([]);
    await fleet.kill(0);
    await cut;
    const { path, headers: waits } = waitingFor(session.code);
    const heldAgain = tv.call(path, { headers: waits });
    await logInAtMvpd(fleet, session.url);
    for (const { body } of await Promise.all([held, heldAgain])) expect(body).toMatchObject(oneProfile);
    await refresh();

    await fleet.start(0);
    for (const node of [0, 1])
      expect((await callAt(fleet, fleet.node(node), tv)).body).toMatchObject(oneProfile);

    const { code: another } = await openSession(tv);
    const headers = { accept: 'text/event-stream' };
    const stream = callAt(fleet, fleet.node(1), tv, { ...waitingFor(another), headers });
    const { body } = await tv.send('/me');
    const revoked = await fleet.node(0).admin.revoke({ kind: 'account', id: String(body['sub']) });
    expect(revoked.status).toBe(200);
    expect((await callAt(fleet, fleet.node(1), tv)).status).toBe(401);
    expect((await stream).text).not.toContain('event: profile');
  });

  atOncePromises(given);
  stoppedPromises(given);

  test('after a node is killed, the other one takes over its work within five seconds', async () => {
    const three = await startThree(given(), { kind: 'hang' });
    await fleet.kill(0);
    // What keeps the other one from it ends in four seconds at the latest.
    const [leases] = await world.schema.query(
      `SELECT count(*)::integer AS count, max(expires_at) <= clock_timestamp() + interval '4 seconds' AS end
        FROM leases WHERE name <> 'sweep' AND expires_at > clock_timestamp()`,
    );
    expect(leases).toEqual({ count: 2, end: true });
    await logInAtMvpd(fleet, three.session.url);
    expect(await statusesOf(fleet, 1, three)).toEqual([200, 200, 200]);
    const asked = await Promise.all([
      askedAdobe(fleet, 'dcr.register', three.registering.address),
      askedAdobe(fleet, 'dcr.token', three.renewing.address),
      askedAdobe(fleet, 'profiles.code', three.polling.address),
    ]);
    expect(asked.map(({ length }) => length)).toEqual([2, 2, 2]);
    await fleet.start(0);
  });
});

const three = (user: string): string[] => [user, user, user];

const oneProfile = { profiles: { Cablevision: expect.anything() } };
