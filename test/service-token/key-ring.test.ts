import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { generateKey, importKey } from '#src/service-token/add-key';
import type { Desk } from '#src/service-token/desk';
import { destroyKey } from '#src/service-token/destroy-key';
import { handOver } from '#src/service-token/hand-over';
import { createIssueServiceToken } from '#src/service-token/issue';
import { readMaterial } from '#src/service-token/material';
import { takeStep } from '#src/service-token/take-step';
import { rsaPem } from './keys.ts';
import { hour, keysFolder, until } from './keys-folder.ts';

/** A new key that Adobe has acknowledged. */
const acknowledgedKey = async (desk: Desk): Promise<string> => {
  const { kid } = await importKey(desk, rsaPem(), 'a successor');
  await handOver(desk, kid);
  await takeStep(desk, { event: 'acknowledged', key: kid });
  return kid;
};

const kidsOf = (ring: { publicJwks(): { keys: readonly { kid: string }[] } }) =>
  ring.publicJwks().keys.map(({ kid }) => kid);

describe('the first start', () => {
  test('makes a key that signs at once, and the next one finds it', async () => {
    await using keys = await keysFolder();
    const first = await keys.ring();
    const second = await keys.ring();
    expect(second.publicJwks()).toEqual(first.publicJwks());
    expect(second.signing()?.kid).toBe(first.signing()?.kid);
    expect((await stat(keys.path('service-token.pem'))).mode & 0o777).toBe(0o600);
    expect((await keys.read('ledger.jsonl')).trimEnd().split('\n')).toHaveLength(2);
  });

  test('in production makes a draft: nothing is signed, and it is told what to do', async () => {
    await using keys = await keysFolder();
    const ring = await keys.ring({ production: true });
    expect(ring.signing()).toBeUndefined();
    expect(kidsOf(ring)).toEqual([]);
    expect(ring.status()).toMatchObject({
      ready: false,
      keys: [{ state: 'draft' }],
      problems: [
        { file: keys.path('ledger.jsonl'), message: expect.stringMatching(/no active key.*kinpass keys/) },
      ],
    });
  });

  test.each([false, true])(
    'takes over a key from before there was a ledger (production: %s)',
    async (production) => {
      await using keys = await keysFolder();
      const pem = rsaPem();
      await keys.write('service-token.pem', `${pem}\n`);
      const { kid } = await readMaterial(pem, 'before');
      const ring = await keys.ring({ production });
      expect(ring.signing()?.kid).toBe(kid);
      expect(kidsOf(ring)).toEqual([kid]);
      expect(await keys.read('service-token.pem')).toBe(`${pem}\n`);
      expect(JSON.parse(await keys.read('ledger.jsonl'))).toMatchObject({
        event: 'adopted',
        kid,
        by: 'gateway@test',
      });
    },
  );

  test('of many starts at once makes one key', async () => {
    await using keys = await keysFolder({ realTime: systemClock });
    const rings = await Promise.all(Array.from({ length: 8 }, () => keys.ring()));
    expect(new Set(rings.map((ring) => ring.signing()?.kid)).size).toBe(1);
    expect((await keys.read('ledger.jsonl')).match(/"generated"/g)).toHaveLength(1);
  });
});

describe('a rotation', () => {
  test('is followed by a ring that runs: published first, then signing, then gone', async () => {
    await using keys = await keysFolder();
    const [ring, desk] = [await keys.ring(), await keys.desk()];
    const before = ring.signing()?.kid ?? '';
    const kid = await acknowledgedKey(desk);
    await until(ring, () => kidsOf(ring).includes(kid));
    expect(ring.signing()?.kid).toBe(before);

    await takeStep(desk, { event: 'activated', key: kid });
    await until(ring, () => ring.signing()?.kid === kid);
    expect(kidsOf(ring)).toEqual([before, kid]);
    expect(ring.publicKey(before)?.type).toBe('public');

    await keys.clock.advance(hour + 60_000);
    await takeStep(desk, { event: 'retired', key: before });
    await until(ring, () => kidsOf(ring).join() === kid);
    expect(ring.publicKey(before)).toBeUndefined();
    expect(keys.logged).toContainEqual({
      level: 'info',
      message: 'service token key',
      fields: expect.objectContaining({ kid: before, state: 'retired' }),
    });
  });

  test('that is planned happens by the clock, on time', async () => {
    await using keys = await keysFolder();
    const desk = await keys.desk();
    const ring = await keys.ring();
    const before = ring.signing()?.kid;
    const kid = await acknowledgedKey(desk);
    await takeStep(desk, { event: 'activated', key: kid, planned: keys.clock.now() + 5 * hour });
    await ring.reload();
    await keys.clock.advance(5 * hour - 1);
    expect(ring.signing()?.kid).toBe(before);
    await keys.clock.advance(1);
    expect(ring.signing()?.kid).toBe(kid);
  });

  test('that two processes begin at once is done once', async () => {
    await using keys = await keysFolder({ realTime: systemClock });
    await keys.ring();
    const desks = await Promise.all(['ana', 'ben', 'chloe', 'dan'].map((by) => keys.desk(by)));
    const [first] = desks;
    if (!first) throw new Error('no desk');
    const kid = await acknowledgedKey(first);
    const taken = await Promise.all(desks.map((desk) => takeStep(desk, { event: 'activated', key: kid })));
    expect(taken.filter(({ before }) => before === undefined)).toHaveLength(1);
    const lines = (await keys.read('ledger.jsonl')).trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('"activated"') && line.includes(kid))).toHaveLength(1);
  });

  test('of a key whose file is not at hand is refused', async () => {
    await using keys = await keysFolder({ settings: { passphrase: 'right' } });
    const ring = await keys.ring();
    const desk = await keys.desk();
    const kid = await acknowledgedKey(desk);
    const file = (await keys.read('ledger.jsonl')).match(/service-token-\w+\.pem/)?.[0] ?? '';
    await keys.write(file, rsaPem());
    await expect(takeStep(desk, { event: 'activated', key: kid })).rejects.toMatchObject({
      code: 'keys_invalid',
    });
    expect(ring.signing()?.kid).not.toBe(kid);
  });
});

test('a leaked key is destroyed: nothing is signed from then on, its file is gone, and others carry on later', async () => {
  await using keys = await keysFolder();
  const [ring, desk] = [await keys.ring(), await keys.desk()];
  const issue = createIssueServiceToken({ keyRing: ring, clock: keys.clock, ids: systemIds });
  const ana = { subject: 'ana', issuer: 'https://sso.example', audience: 'adobe', lifetime: hour };
  await issue(ana);
  const leaked = ring.signing()?.kid ?? '';
  await destroyKey(desk, leaked, 'leaked in a backup');
  await until(ring, () => !ring.status().ready);
  await expect(issue(ana)).rejects.toMatchObject({ code: 'gateway_service_token_unavailable', status: 503 });
  expect(ring.publicKey(leaked)).toBeUndefined();
  await expect(stat(keys.path('service-token.pem'))).rejects.toMatchObject({ code: 'ENOENT' });

  const kid = await acknowledgedKey(desk);
  await takeStep(desk, { event: 'activated', key: kid });
  await until(ring, () => ring.status().ready);
  expect(await issue(ana)).toMatch(/^ey/);
});

test('a destroyed key ends at once, although another file is unfit', async () => {
  await using keys = await keysFolder();
  const [ring, desk] = [await keys.ring(), await keys.desk()];
  const leaked = ring.signing()?.kid ?? '';
  const { where } = await generateKey(desk, 2048);
  if (where?.kind !== 'file') throw new Error('a generated key lies in a file');
  await keys.write(where.name, 'damaged');
  await destroyKey(desk, leaked);
  await ring.reload();
  expect(ring.signing()).toBeUndefined();
  expect(ring.status().problems).toContainEqual(expect.objectContaining({ file: keys.path(where.name) }));
});

test('a key older than the settings allow is told of', async () => {
  await using keys = await keysFolder({ settings: { warnAfter: '30d' } });
  const ring = await keys.ring();
  await keys.clock.advance(30 * 24 * hour - 1);
  expect(ring.status().warnings).toEqual([]);
  await keys.clock.advance(1);
  expect(ring.status()).toMatchObject({
    ready: true,
    warnings: [{ message: expect.stringMatching(/older than keys\.warnAfter: kinpass keys generate/) }],
  });
});

test('a ledger that lost lines while it ran is not believed', async () => {
  await using keys = await keysFolder();
  const [ring, desk] = [await keys.ring(), await keys.desk()];
  const old = await keys.read('ledger.jsonl');
  const kid = await acknowledgedKey(desk);
  await takeStep(desk, { event: 'activated', key: kid });
  await ring.reload();
  await keys.write('ledger.jsonl', old);
  await ring.reload();
  expect(ring.signing()?.kid).toBe(kid);
  expect(ring.status().problems).toMatchObject([
    { message: expect.stringMatching(/line 3 is not what it was/) },
  ]);
});

test('keys are made and read under the passphrase', async () => {
  await using keys = await keysFolder({ settings: { passphrase: 'open sesame' } });
  const ring = await keys.ring();
  const { where } = await generateKey(await keys.desk(), 2048);
  for (const name of ['service-token.pem', where?.kind === 'file' ? where.name : '']) {
    expect(await keys.read(name)).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  }
  await ring.reload();
  expect(ring.status().problems).toEqual([]);
});

test('a key in the form of a JWK keeps the name that it has there', async () => {
  await using keys = await keysFolder();
  const { key } = await readMaterial(rsaPem(), 'a key');
  const jwk = JSON.stringify({ ...key.export({ format: 'jwk' }), kid: 'programmer-2031' });
  await keys.write('service-token.jwk', jwk);
  const ring = await keys.ring();
  expect(ring.signing()?.kid).toBe('programmer-2031');

  const desk = await keys.desk();
  await expect(importKey(desk, jwk, 'twice')).rejects.toMatchObject({ code: 'key_step_refused' });
  const again = JSON.stringify({ ...key.export({ format: 'jwk' }), kid: 'another-name' });
  await expect(importKey(desk, again, 'renamed')).rejects.toMatchObject({
    hint: expect.stringContaining('as programmer-2031'),
  });
});
