import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Device, request } from '@kinpass/simulator/client';
import { decodeProtectedHeader } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { configSchema } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import type { Log } from '#src/observability/logger';
import { generateKey } from '#src/signing-keys/admin/add-key';
import { destroyKey } from '#src/signing-keys/admin/destroy-key';
import { createKeyExport } from '#src/signing-keys/admin/key-export';
import { type KeyManager, openKeyManager } from '#src/signing-keys/admin/key-manager';
import { takeStep } from '#src/signing-keys/admin/take-step';
import type { KeyState } from '#src/signing-keys/ports';
import { reachedAdobe } from '../support/answers.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const hour = 3_600_000;

/** A log that can be waited upon: gateways say there what becomes of keys. */
const keyLog = () => {
  const said = new Set<string>();
  const waiting = new Map<string, () => void>();
  const info = (fields: { kid?: unknown; state?: unknown }) => {
    const text = `${String(fields.kid)} ${String(fields.state)}`;
    said.add(text);
    waiting.get(text)?.();
  };
  const log: Log = { debug: () => {}, info, warn: () => {}, error: () => {} };
  const says = (kid: string, state: KeyState) =>
    new Promise<void>((resolve) => {
      if (said.has(`${kid} ${state}`)) resolve();
      else waiting.set(`${kid} ${state}`, resolve);
    });
  return { log, says };
};

interface Stage {
  readonly t: TestWorld;
  readonly manager: KeyManager;
  readonly clock: ManualClock;
  readonly says: ReturnType<typeof keyLog>['says'];
}

const open = async (): Promise<Stage> => {
  const directory = mkdtempSync(join(tmpdir(), 'kinpass-rotation-'));
  const clock = createManualClock();
  const { log, says } = keyLog();
  const t = await startGateway({
    settings: { keys: { directory }, signIn: { accessTokenLifetime: '24h', pollingInterval: '0s' } },
    overrides: { clock, log },
  });
  onTestFinished(async () => {
    await t[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });
  const settings = configSchema.shape.keys.parse({ directory });
  return {
    t,
    manager: await openKeyManager({
      settings,
      storage: createKeyFolder(directory, clock),
      maxTokenLifetime: hour,
      clock,
      by: 'ana@office',
    }),
    clock,
    says,
  };
};

const published = async ({ t }: Stage): Promise<string[]> => {
  const { status, body } = await request({ url: `${t.origin}/.well-known/service-token-jwks.json` });
  expect(status).toBe(200);
  return (body['keys'] as unknown as { kid: string }[]).map(({ kid }) => kid);
};

/** The kids under which service tokens reached Adobe since the last look; all of them held there. */
const kidsAtAdobe = async ({ t }: Stage): Promise<string[]> => {
  const sent = reachedAdobe(await t.control.requests()).filter(({ serviceToken }) => serviceToken);
  expect(sent.filter(({ serviceToken }) => !serviceToken?.verified)).toEqual([]);
  await t.control.clearRequests();
  return sent.map(({ headers }) => String(decodeProtectedHeader(String(headers['ad-service-token'])).kid));
};

const acknowledged = async (stage: Stage): Promise<string> => {
  const { kid } = await generateKey(stage.manager, 2048);
  await createKeyExport(stage.manager, kid);
  await takeStep(stage.manager, { event: 'acknowledged', key: kid });
  await stage.says(kid, 'acknowledged');
  return kid;
};

test('a rotation under way fails no read, and the old key never comes back', async () => {
  const stage = await open();
  const { t, manager, clock, says } = stage;
  const people = ['ana', 'ben', 'chloe', 'ana'];
  const tvs = await Promise.all(
    people.map((user, n) => t.signIn(t.device('tv', { id: `tv-${n}`, address: `203.0.113.${n + 1}` }), user)),
  );
  const statuses: number[] = [];
  /** Three reads on each device, one after another, all devices at once. */
  const reads = () =>
    Promise.all(
      tvs.map(async (tv) => {
        for (let n = 0; n < 3; n++) statuses.push((await tv.profiles()).status);
      }),
    );
  await reads();
  const [before = ''] = await published(stage);
  expect(new Set(await kidsAtAdobe(stage))).toEqual(new Set([before]));

  const after = await acknowledged(stage);
  expect(await published(stage)).toEqual([before, after]);
  await clock.advance(20_000); // for Adobe's throttle
  const underWay = reads();
  await takeStep(manager, { event: 'activated', key: after });
  await says(after, 'active');
  await underWay;
  expect(await published(stage)).toEqual([before, after]);
  await kidsAtAdobe(stage);

  await clock.advance(20_000);
  await reads();
  expect(new Set(await kidsAtAdobe(stage))).toEqual(new Set([after]));

  await clock.advance(hour + 60_000);
  const last = reads();
  await takeStep(manager, { event: 'retired', key: before });
  await says(before, 'retired');
  await last;
  expect(await published(stage)).toEqual([after]);
  expect(new Set(await kidsAtAdobe(stage))).toEqual(new Set([after]));

  expect(statuses).toEqual(Array.from({ length: 4 * 3 * tvs.length }, () => 200));
});

/** Each of the six operations that carry a service token. */
const sixCalls = (device: Device) => [
  device.createSession({ mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' }),
  device.profiles(),
  device.profile('Cablevision'),
  device.preauthorize('Cablevision', ['REF30']),
  device.authorize('Cablevision', ['REF30']),
  device.logout('Cablevision', 'https://adobe.com'),
];

test('without a key that signs, viewers are told 503, Adobe hears nothing of them, and all else goes on', async () => {
  const stage = await open();
  const { t, manager, says } = stage;
  const tv = await t.signIn(t.device('tv'), 'ana');
  const anonymous = t.device('tv', { id: 'another-tv', address: '203.0.113.77' });
  await anonymous.register();
  const { body: session } = await tv.createSession({
    mvpd: 'Cablevision',
    domainName: 'adobe.com',
    redirectUrl: 'https://adobe.com',
  });
  const [leaked = ''] = await published(stage);
  await destroyKey(manager, leaked);
  await says(leaked, 'destroyed');
  await t.control.clearRequests();

  for (const answer of await Promise.all(sixCalls(tv))) {
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 'gateway_service_token_unavailable', action: 'retry' },
    });
  }
  expect(reachedAdobe(await t.control.requests())).toEqual([]);

  const code = String(session['code']);
  const others = await Promise.all([
    tv.call('/REF30/configuration'),
    tv.call(`/REF30/sessions/${code}`),
    tv.profileByCode(code),
    anonymous.profiles(),
  ]);
  expect(others.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await published(stage)).toEqual([]);

  const readiness = await request({ url: `${t.adminOrigin}/readyz` });
  expect(readiness).toMatchObject({
    status: 503,
    body: {
      checks: { store: 'ok', serviceTokenKey: 'failing' },
      keys: { problems: [{ message: expect.stringMatching(/no active key/) }] },
    },
  });
  const metrics = await (await fetch(`${t.adminOrigin}/metrics`)).text();
  expect(metrics).toMatch(/^kinpass_service_token_key_usable 0$/m);

  const heir = await acknowledged(stage);
  await takeStep(manager, { event: 'activated', key: heir });
  await says(heir, 'active');
  expect((await tv.profiles()).status).toBe(200);
  expect((await request({ url: `${t.adminOrigin}/readyz` })).status).toBe(200);
});

test('a key that is too old is told of by readiness and metrics, and signs on', async () => {
  const { t, clock } = await open();
  await clock.leap(400 * 24 * hour);
  const readiness = await request({ url: `${t.adminOrigin}/readyz` });
  expect(readiness).toMatchObject({
    status: 200,
    body: {
      keys: { warnings: [{ message: expect.stringMatching(/exceeds keys\.warnAfter/) }] },
    },
  });
  const metrics = await (await fetch(`${t.adminOrigin}/metrics`)).text();
  expect(metrics).toMatch(/^kinpass_service_token_key_age_seconds 34560000$/m);
  expect(metrics).toMatch(/^kinpass_service_token_key_age_limit_seconds 31536000$/m);
});
