import { DatabaseSync } from 'node:sqlite';
import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { createMemoryStores } from '#src/stores/memory/create';
import { signInDevice, startStage } from '../authorization-server/stage.ts';
import { openStores, temporaryFile } from '../stores/sqlite-files.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { startGateway } from '../support/start-gateway.ts';

const minute = 60_000;
const day = 86_400_000;

test('a device that refreshes leaves hashes behind, not tokens', async () => {
  const file = await temporaryFile();
  await using stores = await openStores(file);
  await using stage = await startStage({ stores });
  let { refresh_token } = await signInDevice(stage);
  for (let refreshes = 0; refreshes < 20; refreshes += 1)
    ({ refresh_token } = (await stage.refresh(refresh_token)).body);

  using database = new DatabaseSync(file, { readOnly: true });
  const count = (sql: string) => database.prepare(sql).get()?.['count'];
  expect(count("SELECT count(*) AS count FROM artifacts WHERE model = 'RefreshToken'")).toBe(1);
  expect(count('SELECT count(*) AS count FROM redeemed')).toBe(21);
  expect(count('SELECT count(*) AS count FROM redeemed WHERE sealed_answer IS NOT NULL')).toBe(1);
});

test('registrations that nobody uses are gone after thirty days; those in use stay', async () => {
  const clock = createManualClock();
  const stores = createMemoryStores();
  await using t = await startGateway({ overrides: { clock, stores } });
  const { softwareStatement } = t.device('tv').app;
  const register = async () => {
    const json = { software_statement: softwareStatement };
    const { body } = await request({ method: 'POST', url: `${t.origin}/o/client/register`, json });
    return body as { client_id: string; client_secret: string };
  };
  const [left, used] = [await register(), await register()];

  await clock.leap(29 * day);
  const { client_id, client_secret } = used;
  const form = { grant_type: 'client_credentials', client_id, client_secret };
  const token = await request({ method: 'POST', url: `${t.origin}/o/client/token`, form });
  expect(token.status).toBe(201);
  await clock.leap(day + minute);
  expect(await stores.instances.find(left.client_id)).toBeUndefined();
  expect(await stores.instances.find(client_id)).toBeDefined();
});
