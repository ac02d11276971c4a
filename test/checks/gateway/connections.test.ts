import { createServer } from 'node:http';
import tls from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createDnsCheck } from '#src/checks/gateway/dns';
import { createEgressCheck } from '#src/checks/gateway/egress';
import { createTlsCheck } from '#src/checks/gateway/tls';
import { systemClock } from '#src/lib/clock';
import { certificate } from '../../adobe-pass/localhost-certificate.ts';
import { startGateway, type TestWorld } from '../../support/start-gateway.ts';
import { examine } from './examine.ts';
import { startProxy } from './start-proxy.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway({ settings: { trustedProxies: [] } });
});
beforeEach(async () => {
  await t.control.reset(); // Adobe's rate limit
});
afterAll(() => t[Symbol.asyncDispose]());

const signal = new AbortController().signal;
const settingsWith = (adobe: object) => ({ ...t.settings, adobe });

/** The machine's clock, off by so many milliseconds. */
const clockOff = (ms: number) => ({ ...systemClock, now: () => systemClock.now() + ms });

test('in a healthy world nothing fails and nothing warns', async () => {
  const { failed, warned, of } = await examine(t);
  expect([...failed, ...warned]).toEqual([]);
  expect(of('egress').facts).toEqual({ localAddress: '127.0.0.1' });
});

describe('dns', () => {
  const adobe = { url: new URL('https://sp.auth.adobe.test'), setting: 'adobe.origin' };

  test('a name that does not resolve is the only failure: what needs it is not asked', async () => {
    const seen = await examine({ settings: settingsWith({ origin: 'http://sp.auth.adobe.test' }) });
    expect([...seen.failed, ...seen.warned]).toEqual(['dns.sp.auth.adobe.test']);
    expect(seen.of('dns.sp.auth.adobe.test').cure).toContain('spelling of adobe.origin');
    for (const id of ['egress', 'clock', 'adobe.ref30-tv.credentials'])
      expect(seen.of(id).verdict).toBe('skipped');
  });

  test('tells how many addresses there are and how long the answer lives; a long life is a warning', async () => {
    const resolve = async () => [
      { address: '203.0.113.1', ttl: 3_600 },
      { address: '203.0.113.2', ttl: 301 },
    ];
    const check = (maxTtl?: number) => createDnsCheck({ ...adobe, resolve, maxTtl }).run(signal);
    expect(await check(300)).toMatchObject({ verdict: 'warning', facts: { addresses: 2, ttlSeconds: 301 } });
    expect(await check()).toMatchObject({ verdict: 'ok' });
  });

  test('an answer of the system alone has no TTL', async () => {
    const resolve = async () => [{ address: '203.0.113.1' }];
    const outcome = await createDnsCheck({ ...adobe, resolve, maxTtl: 300 }).run(signal);
    expect(outcome).toEqual({ verdict: 'ok', summary: expect.any(String), facts: { addresses: 1 } });
  });
});

describe('tls', () => {
  /** The gateway behind a proxy with a certificate for localhost. */
  const behindTls = async () => {
    const proxy = await startProxy({ certificate });
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    const { origin: publicOrigin } = proxy;
    const world = await startGateway({ settings: { publicOrigin, trustedProxies: ['127.0.0.2'] } });
    onTestFinished(() => world[Symbol.asyncDispose]());
    proxy.to((world.settings['public'] as { port: number }).port);
    return { world, id: `tls.${new URL(publicOrigin).host}` };
  };
  const trustCertificate = () => {
    const known = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...known, certificate.cert]);
    onTestFinished(() => tls.setDefaultCACertificates(known));
  };

  test('a certificate of nobody’s is the only failure; what needs the connection is not asked', async () => {
    const { world, id } = await behindTls();
    const seen = await examine(world);
    expect([...seen.failed, ...seen.warned]).toEqual([id]);
    expect(seen.of(id).summary).toContain('is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
    expect(seen.of('public').verdict).toBe('skipped');
  });

  test('a valid one is ok: with days and protocol', async () => {
    trustCertificate();
    const { world, id } = await behindTls();
    const seen = await examine(world);
    expect([...seen.failed, ...seen.warned]).toEqual([]);
    expect(seen.of(id)).toMatchObject({ verdict: 'ok', facts: { protocol: 'TLSv1.3' } });
    expect(seen.of('public').verdict).toBe('ok');
    expect(seen.of('proxies').verdict).toBe('ok');
  });

  const check = async (host: string, changes: { now?: number; production?: boolean } = {}) => {
    await using proxy = await startProxy({ certificate });
    const { port } = new URL(proxy.origin);
    const { now = systemClock.now(), production = false } = changes;
    const url = new URL(`https://${host}:${port}`);
    return await createTlsCheck({ url, setting: 'publicOrigin', production, clock: { now: () => now } }).run(
      signal,
    );
  };

  test('one for another name fails, one near its end warns, one that has ended fails', async () => {
    trustCertificate();
    expect((await check('127.0.0.1')).summary).toContain('is for other names');
    const end = Date.UTC(2049, 11, 31, 23, 59, 59);
    const days = (count: number) => ({ now: end - count * 86_400_000 });
    expect(await check('localhost', days(21))).toMatchObject({ verdict: 'ok', facts: { daysLeft: 21 } });
    expect(await check('localhost', days(20.9))).toMatchObject({
      verdict: 'warning',
      facts: { daysLeft: 20 },
    });
    expect(await check('localhost', days(-0.1))).toMatchObject({ verdict: 'failed' });
  });

  test('no TLS at all fails; plain http is skipped, and fails in production', async () => {
    const outcome = (url: string, production = false) =>
      createTlsCheck({ url: new URL(url), setting: 'publicOrigin', production, clock: systemClock }).run(
        signal,
      );
    expect(await outcome(t.origin.replace('http:', 'https:'))).toMatchObject({ verdict: 'failed' });
    expect(await outcome(t.origin)).toMatchObject({ verdict: 'skipped' });
    expect(await outcome(t.origin, true)).toMatchObject({ verdict: 'failed' });
  });
});

describe('clock', () => {
  test('more than 30 s is the only failure, in either direction', async () => {
    const ahead = await examine({ ...t, clock: clockOff(60_000) });
    expect([ahead.failed, ahead.warned]).toEqual([['clock'], []]);
    expect(ahead.of('clock').summary).toMatch(/(59|60|61) s ahead of Adobe's/);
    const behind = await examine({ ...t, clock: clockOff(-60_000) });
    expect(behind.of('clock').summary).toMatch(/(59|60|61) s behind Adobe's/);
  });

  test('more than 5 s is a warning', async () => {
    const seen = await examine({ ...t, clock: clockOff(10_000) });
    expect([seen.failed, seen.warned]).toEqual([[], ['clock']]);
  });
});

describe('egress', () => {
  test('no connection to Adobe is the only failure', async () => {
    const seen = await examine({ settings: settingsWith({ origin: 'http://localhost:1' }) });
    expect([...seen.failed, ...seen.warned]).toEqual(['egress']);
    expect(seen.of('egress').summary).toContain('ECONNREFUSED');
  });

  test('each environment has its own check, and an app is asked about where it is used', async () => {
    const { adobe: origin } = t.simulator.origins;
    const environments = [{ id: 'staging', origin: 'http://127.0.0.1:1' }];
    const apps = (t.settings['apps'] as { id: string }[]).map((app) =>
      app.id === 'ref30-tv' ? { ...app, environment: 'staging' } : app,
    );
    const seen = await examine({ settings: { ...settingsWith({ origin, environments }), apps } });
    expect(seen.failed).toEqual(['egress.staging']);
    expect(seen.of('egress.staging').cure).toContain('adobe.environments[0].origin');
    expect(seen.of('adobe.ref30-tv.credentials').verdict).toBe('skipped');
    expect(seen.of('adobe.ref30-web.credentials').verdict).toBe('ok');
  });

  /** A service that answers with these texts, one each. */
  const addressService = async (...answers: readonly string[]) => {
    const left = [...answers];
    const server = createServer((_request, response) => response.end(left.shift()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    return new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  };

  test('a service tells what others see, in plain text or JSON; an unusable answer is a warning', async () => {
    const service = await addressService('203.0.113.7\n', '{"ip":"2001:db8::1"}', 'hello');
    const url = new URL(t.simulator.origins.adobe);
    const adobe = { url, setting: 'adobe.origin', environment: 'default' };
    const ask = () => createEgressCheck({ adobe, addressService: service }).run(signal);
    expect((await ask()).facts).toMatchObject({ seenAs: '203.0.113.7' });
    expect((await ask()).facts).toMatchObject({ seenAs: '2001:db8::1' });
    expect(await ask()).toMatchObject({ verdict: 'warning', facts: { localAddress: '127.0.0.1' } });
  });
});
