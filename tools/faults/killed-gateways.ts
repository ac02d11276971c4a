import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Device, request } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import { randomFrom } from '../../test/support/random-from.ts';
import type { Fault } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { isWhole } from './world/is-whole.ts';
import { createWatch, ownProfiles, refreshing, right, untilRight, type Watch, wrong } from './world/watch.ts';

/** What the gateway acknowledged, verified after it was killed. */
interface Acknowledged {
  readonly registered: { readonly id: string; readonly secret: string }[];
  readonly revoked: string[];
}

const register = (world: Gateways, acknowledged: Acknowledged) => async () => {
  const app = world.device().app;
  const { status, body, text } = await request({
    method: 'POST',
    url: `${world.origin}/o/client/register`,
    headers: { 'x-forwarded-for': `10.99.0.${acknowledged.registered.length % 250}` },
    json: { software_statement: app.softwareStatement },
  });
  if (status !== 201) return wrong(`${status} ${text}`);
  acknowledged.registered.push({ id: String(body['client_id']), secret: String(body['client_secret']) });
  return right;
};

const revoke = (world: Gateways, acknowledged: Acknowledged) => async () => {
  const id = `token-${acknowledged.revoked.length}`;
  const url = `${world.adminOrigins[0]}/revocations`;
  const { status, text } = await request({ method: 'POST', url, json: { kind: 'jti', id } });
  if (status >= 300) return wrong(`${status} ${text}`);
  acknowledged.revoked.push(id);
  return right;
};

const revocationsOf = async ({ adminOrigins }: Gateways): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for (let before = ''; ; ) {
    const { body } = await request({ url: `${adminOrigins[0]}/revocations?limit=1000${before}` });
    for (const { id } of body['revocations'] as { id: string }[]) ids.add(id);
    if (body['next'] === undefined) return ids;
    before = `&before=${body['next']}`;
  }
};

const lostOf = async (
  world: Gateways,
  { registered, revoked }: Acknowledged,
  watch: Watch,
): Promise<number> => {
  let lost = 0;
  for (const { id, secret } of registered) {
    const form = { client_id: id, client_secret: secret, grant_type: 'client_credentials' };
    const { status } = await request({ method: 'POST', url: `${world.origin}/o/client/token`, form });
    if (status !== 201 && status !== 200) {
      lost += 1;
      watch.note(`registration ${id}: ${status}`);
    }
  }
  const known = await revocationsOf(world);
  return lost + revoked.filter((id) => !known.has(id)).length;
};

/** The whole gateway, killed while it registers, refreshes, revokes and calls Adobe. */
export const killedGateways: Fault = {
  id: 'E13',
  name: 'kill -9 of a gateway in its write paths, 30 times',
  run: async (size) => {
    const [kills, devices] = size === 'short' ? [1, 2] : [30, 8];
    await using world = await startGateways();
    const watch = createWatch();
    const random = randomFrom(1_414);
    const acknowledged: Acknowledged = { registered: [], revoked: [] };
    const tvs: Device[] = [];
    while (tvs.length < devices) tvs.push(await world.withProfile('ana'));
    let recovery = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const load = new AbortController();
      const lane = async (ask: () => Promise<typeof right>): Promise<void> => {
        while (!load.signal.aborted) {
          const outcome = await ask().catch(() => undefined);
          if (outcome) await watch.ask(async () => outcome);
        }
      };
      const lanes = [...tvs.map(refreshing), register(world, acknowledged), revoke(world, acknowledged)].map(
        lane,
      );
      await setTimeout(50 + random() * 300);
      world.node(0).signal('SIGKILL');
      await world.node(0).ended;
      load.abort();
      await Promise.all(lanes);
      const died = systemClock.monotonic();
      await world.start(0);
      recovery = Math.max(recovery, systemClock.monotonic() - died);
    }
    let lost = 0;
    for (const tv of tvs) {
      await refreshing(tv)().catch(() => {
        lost += 1;
      });
      await untilRight(await ownProfiles(tv));
    }
    lost += await lostOf(world, acknowledged, watch);
    const torn = isWhole(join(world.folder, 'kinpass.db')) ? 0 : 1;
    const measures = [
      { what: 'kills', value: kills, least: kills },
      {
        what: 'registrations and revocations',
        value: acknowledged.registered.length + acknowledged.revoked.length,
      },
      { what: 'databases that fail integrity_check', value: torn, most: 0 },
    ];
    return watch.figures({ lost, recovery, measures });
  },
};
