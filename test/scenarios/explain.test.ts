import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Device, request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { demoConfig } from '#src/cli/demo/config';
import { configSchema } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import type { FoundProfile } from '#src/families/found-profiles';
import { systemClock } from '#src/lib/clock';
import { createKeyExport } from '#src/signing-keys/admin/key-export';
import { openKeyManager } from '#src/signing-keys/admin/key-manager';
import { takeStep } from '#src/signing-keys/admin/take-step';
import { createMemoryStores } from '#src/stores/memory/create';
import { reachedAdobe } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { passThrough } from '../support/pass-through.ts';
import { runKinpass } from '../support/run-kinpass.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { twoFamilies } from '../support/two-families.ts';

interface Explained {
  readonly shared: boolean;
  readonly finding?: string;
  readonly checks: readonly { id: string; facts?: Record<string, unknown>; summary: string }[];
}

const explain = async (device: Device, query = '', headers = {}): Promise<Explained> => {
  const { status, body } = await device.send(`/v1/sp/${device.serviceProvider}/explain${query}`, { headers });
  expect(status).toBe(200);
  return body as unknown as Explained;
};

const factsOf = ({ checks, finding }: Explained) => checks.find(({ id }) => id === finding)?.facts;

const control = ({ simulator }: TestWorld, path: string, json: object, method: 'POST' | 'PUT' = 'POST') =>
  request({
    method,
    url: `${simulator.origins.adobe}/_control/${path}`,
    json: JSON.parse(JSON.stringify(json)),
  });

/** Adobe's answer to the key that signs. */
const acknowledgeKey = async (directory: string): Promise<void> => {
  const manager = await openKeyManager({
    settings: configSchema.shape.keys.parse({ directory }),
    storage: createKeyFolder(directory, systemClock),
    maxTokenLifetime: 3_600_000,
    clock: systemClock,
    by: 'ana@office',
  });
  const [kid = ''] = [...(await keysOf(directory))];
  await createKeyExport(manager, kid);
  await takeStep(manager, { event: 'acknowledged', key: kid });
};

const keysOf = async (directory: string): Promise<Set<string>> => {
  const lines = readFileSync(join(directory, 'ledger.jsonl'), 'utf8').trim().split('\n');
  return new Set(lines.map((line) => String(JSON.parse(line).kid)));
};

const cablevision = { serviceProvider: 'REF40', mvpd: 'Cablevision' };

/** Ana logs in on her TV, and signs in on her phone. */
const begin = async (
  options: Parameters<typeof startGateway>[0] = {},
  provider: 'dtc' | 'google' = 'dtc',
) => {
  const t = await startGateway({ ...options, settings: { ...passThrough, ...options.settings } });
  await control(t, 'switches', { throttle: 'off' }, 'PUT');
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
  const phone = await t.signIn(t.device('phone'), 'ana', provider);
  return { t, tv, phone, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() };
};

const family = (changes: object) => ({
  families: [
    {
      id: 'ref',
      identityProviders: ['dtc', 'google', 'facebook'],
      linking: 'verifiedEmail' as const,
      serviceToken: { issuer: 'https://sso.ref.example', ...changes },
    },
  ],
});

test('where the profile is found, nothing prevents it', async () => {
  await using s = await begin();
  expect(await explain(s.phone)).toMatchObject({ shared: true, mvpd: 'Cablevision' });
  expect(await explain(s.tv)).toMatchObject({ shared: true });
});

describe('what the gateway knows by itself', () => {
  test('nobody is signed in', async () => {
    await using s = await begin();
    const guest = s.t.device('otherPhone');
    await guest.register();
    expect((await explain(guest)).finding).toBe('signed-in');
  });

  test('the service provider is outside the family, and Adobe is not asked', async () => {
    await using s = await begin({ settings: twoFamilies({ other: ['apasstest1-tv'] }) });
    await s.t.control.clearRequests();
    const { body } = await s.phone.send('/v1/sp/apasstest1/explain');
    expect(body['finding']).toBe('service-provider');
    expect(reachedAdobe(await s.t.control.requests())).toEqual([]);
  });

  test('the device identifier has changed', async () => {
    await using s = await begin();
    await s.phone.profiles();
    const headers = { 'ap-device-identifier': s.t.device('otherPhone').headers['ap-device-identifier'] };
    const explained = await explain(s.phone, '', headers);
    expect(explained.finding).toBe('device-identifier');
    expect(Object.keys(factsOf(explained) ?? {})).toEqual(['identifierHere', 'identifierAtFirst']);
  });

  test('the account has no subject', async () => {
    const subject = { strategy: 'claim', provider: 'dtc', claim: 'sub' };
    await using s = await begin(
      { settings: { families: [{ ...family({ subject }).families[0], linking: 'none' }] } as never },
      'google',
    );
    const explained = await explain(s.phone);
    expect(explained.finding).toBe('service-token');
    expect(factsOf(explained)).toEqual({ code: 'gateway_subject_unavailable' });
  });
});

describe('what Adobe answers', () => {
  test('throttled', async () => {
    await using s = await begin();
    await s.t.control.fault({ match: { operation: 'profiles.mvpd' }, fault: { kind: 'throttle' } });
    expect((await explain(s.phone)).finding).toBe('throttled');
  });

  test('the integration is not active', async () => {
    await using s = await begin();
    await control(s.t, 'integrations', { ...cablevision, enabled: false });
    expect((await explain(s.phone)).finding).toBe('integration');
  });

  test('degraded', async () => {
    await using s = await begin();
    await control(s.t, 'degradation', { rule: 'AuthNAll', mvpd: 'Cablevision' });
    expect((await explain(s.phone)).finding).toBe('degraded');
  });

  test('Auth per Aggregator', async () => {
    await using s = await begin();
    await control(s.t, 'integrations', { ...cablevision, authPerAggregator: true });
    expect((await explain(s.phone)).finding).toBe('auth-per-aggregator');
  });
});

describe('what differs from the login', () => {
  test('another account', async () => {
    await using s = await begin(
      { settings: { families: [{ ...family({}).families[0], linking: 'none' }] } as never },
      'google',
    );
    const explained = await explain(s.phone, '?mvpd=Cablevision');
    expect(explained.finding).toBe('account');
  });

  test('no login can begin on the domain of the app', async () => {
    await using s = await begin(
      { settings: { families: [{ ...family({}).families[0], linking: 'none' }] } as never },
      'google',
    );
    const explained = await explain(s.phone, '?mvpd=Cablevision&domainName=ref40.example');
    expect(explained.finding).toBe('domain');
    expect(factsOf(explained)).toMatchObject({ domainsHere: ['ref40.example'] });
  });

  test('a logout, and in which app', async () => {
    await using s = await begin();
    await s.tv.logout('Cablevision', 'https://adobe.com');
    const explained = await explain(s.phone);
    expect(explained.finding).toBe('signed-out');
    expect(factsOf(explained)).toMatchObject({ in: 'ref30-tv' });
  });

  test('the audience of the service token', async () => {
    await using s = await begin();
    await s.t.reconfigure(family({ audience: 'nobody' }));
    const explained = await explain(s.phone);
    expect(explained.finding).toBe('audience');
    expect(factsOf(explained)).toEqual({ audienceHere: 'nobody', audienceAtLogin: 'adobe' });
  });

  test('Adobe has not acknowledged the key', async () => {
    await using s = await begin();
    await s.t.control.reset();
    expect((await explain(s.phone)).finding).toBe('key-acknowledged');
  });
});

describe('what differs from the login as it was noted, where Adobe has lost the profile', () => {
  /** The same, with a key that Adobe has acknowledged, and a store whose note of the login can be changed. */
  const beginAgain = async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kinpass-explain-'));
    const stores = createMemoryStores();
    const s = await begin({ settings: { keys: { directory } }, overrides: { stores } });
    await acknowledgeKey(directory);
    await s.t.control.reset();
    await control(s.t, 'switches', { throttle: 'off' }, 'PUT');
    await eventually(async () => expect((await explain(s.phone)).finding).toBe('ended-elsewhere'));
    const account = String((await s.phone.send('/me')).body['sub']);
    const change = async (changes: Partial<FoundProfile>, token: Partial<FoundProfile['token']> = {}) => {
      const [login] = (await stores.records.get(
        'found-profiles',
        account,
        Date.now(),
      )) as unknown as FoundProfile[];
      const changed = [{ ...login, ...changes, token: { ...login?.token, ...token } }];
      const value = JSON.parse(JSON.stringify(changed));
      await stores.records.put('found-profiles', account, { value, expiresAt: Date.now() + 3_600_000 });
    };
    const end = async () => {
      await s[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    };
    return { ...s, account, change, [Symbol.asyncDispose]: end };
  };

  test.each<[finding: string, changes: Partial<FoundProfile>, token: Partial<FoundProfile['token']>]>([
    ['issuer', {}, { issuer: 'https://sso.elsewhere.example' }],
    ['subject', {}, { subject: 'another' }],
    ['key', {}, { kid: 'another' }],
    ['expired', { notAfter: 1 }, {}],
    ['statement', { statement: 'another' }, {}],
    ['credentials', { credentials: 'another' }, {}],
  ])('%s', async (finding, changes, token) => {
    await using s = await beginAgain();
    await s.change(changes, token);
    expect((await explain(s.phone)).finding).toBe(finding);
  });

  test('credentials that Adobe refused, and that were made again', async () => {
    await using s = await beginAgain();
    await s.tv.profiles();
    const explained = await explain(s.phone);
    expect(explained.finding).toBe('credentials');
    expect(factsOf(explained)?.['credentialsNow']).not.toBe(factsOf(explained)?.['credentialsAtLogin']);
  });
});

describe('for support', () => {
  test('an operator is told the same, and Adobe is asked in the name of the device', async () => {
    const stores = createMemoryStores();
    await using s = await begin({ overrides: { stores } });
    await s.phone.profiles();
    const account = String((await s.phone.send('/me')).body['sub']);
    const found = await stores.records.get('found-profiles', account, Date.now());
    const noted = (found as unknown as FoundProfile[]).find(({ app }) => app === 'ref40-phone');
    const instance = noted?.instance ?? '';
    await control(s.t, 'integrations', { ...cablevision, enabled: false });
    await s.t.control.clearRequests();
    const query = { instance, serviceProvider: 'REF40' };
    const url = `${s.t.adminOrigin}/explain?${new URLSearchParams(query)}`;
    expect((await request({ url })).body).toMatchObject({ shared: false, finding: 'integration' });
    const [asked] = reachedAdobe(await s.t.control.requests());
    expect(asked?.headers).toMatchObject({
      'x-forwarded-for': s.phone.address,
      'ap-device-identifier': s.phone.headers['ap-device-identifier'],
    });

    await using run = runKinpass([
      'explain',
      '--instance',
      instance,
      '--service-provider',
      'REF40',
      '--config',
      'kinpass.yaml',
    ]);
    const { fixtures, origins } = s.t.simulator;
    const ports = {
      publicPort: Number(new URL(s.t.origin).port),
      adminPort: Number(new URL(s.t.adminOrigin).port),
    };
    writeFileSync(
      join(run.folder, 'kinpass.yaml'),
      JSON.stringify(demoConfig({ fixtures, origins, publicOrigin: s.t.origin, ...ports })),
    );
    expect(await run.ended).toBe(1);
    expect(run.output).toContain('failed  integration');
    expect(run.output).toContain('Activate the integration');
  });

  test('an instance that is not there', async () => {
    await using s = await begin();
    const answer = await request({ url: `${s.t.adminOrigin}/explain?instance=nobody&serviceProvider=REF40` });
    expect(answer.status).toBe(404);
  });
});

test('nothing of another account is told: not that it exists, nor that it has logged in', async () => {
  const settings = { families: [{ ...family({}).families[0], linking: 'none' }] } as never;
  await using alone = await startGateway({ settings: { ...passThrough, ...(settings as object) } });
  const phone = await alone.signIn(alone.device('phone'), 'ana', 'google');
  const withoutOthers = await explain(phone, '?mvpd=Cablevision');

  await using s = await begin({ settings }, 'google');
  const withOthers = await explain(s.phone, '?mvpd=Cablevision');
  expect(withOthers).toEqual(withoutOthers);
});
