import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createIssueServiceToken } from '#src/service-token/issue';
import { generateKey, importKey } from '#src/signing-keys/admin/add-key';
import { destroyKey } from '#src/signing-keys/admin/destroy-key';
import { createKeyExport } from '#src/signing-keys/admin/key-export';
import type { KeyManager } from '#src/signing-keys/admin/key-manager';
import { takeStep } from '#src/signing-keys/admin/take-step';
import { readPrivateKey } from '#src/signing-keys/key/private-key';
import { rsaPem } from './keys.ts';
import { hour, keysFolder, until } from './keys-folder.ts';

/** A new key that Adobe has acknowledged. */
const acknowledgedKey = async (manager: KeyManager): Promise<string> => {
  const { kid } = await importKey(manager, rsaPem(), 'a successor');
  await createKeyExport(manager, kid);
  await takeStep(manager, { event: 'acknowledged', key: kid });
  return kid;
};

const kidsOf = (ring: { publicJwks(): { keys: readonly { kid: string }[] } }) =>
  ring.publicJwks().keys.map(({ kid }) => kid);

describe('the first start', () => {
  test('generates a key that signs at once; the next start finds it', async () => {
    await using keys = await keysFolder();
    const first = await keys.ring();
    const second = await keys.ring();
    expect(second.publicJwks()).toEqual(first.publicJwks());
    expect(second.signing()?.kid).toBe(first.signing()?.kid);
    expect((await stat(keys.path('service-token.pem'))).mode & 0o777).toBe(0o600);
    expect((await keys.read('ledger.jsonl')).trimEnd().split('\n')).toHaveLength(2);
  });

  test('generates a draft in production: nothing is signed, and the next step is reported', async () => {
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
    'adopts a key from before there was a ledger (production: %s)',
    async (production) => {
      await using keys = await keysFolder();
      const pem = rsaPem();
      await keys.write('service-token.pem', `${pem}\n`);
      const { kid } = await readPrivateKey(pem, 'before');
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

  test('generates one key, however many processes start at once', async () => {
    await using keys = await keysFolder({ realTime: systemClock });
    const rings = await Promise.all(Array.from({ length: 8 }, () => keys.ring()));
    expect(new Set(rings.map((ring) => ring.signing()?.kid)).size).toBe(1);
    expect((await keys.read('ledger.jsonl')).match(/"generated"/g)).toHaveLength(1);
  });
});

describe('a rotation', () => {
  test('is followed by a running ring: published, then signing, then retired', async () => {
    await using keys = await keysFolder();
    await keys.startedBefore();
    const [ring, manager] = [await keys.ring(), await keys.manager()];
    const before = ring.signing()?.kid ?? '';
    const kid = await acknowledgedKey(manager);
    await until(ring, () => kidsOf(ring).includes(kid));
    expect(ring.signing()?.kid).toBe(before);

    await takeStep(manager, { event: 'activated', key: kid });
    await until(ring, () => ring.signing()?.kid === kid);
    expect(kidsOf(ring)).toEqual([before, kid]);
    expect(ring.publicKey(before)?.type).toBe('public');

    await keys.clock.advance(hour + 60_000);
    await takeStep(manager, { event: 'retired', key: before });
    await until(ring, () => kidsOf(ring).join() === kid);
    expect(ring.publicKey(before)).toBeUndefined();
    expect(keys.logged).toContainEqual({
      level: 'info',
      message: 'service token key',
      fields: expect.objectContaining({ kid: before, state: 'retired' }),
    });
  });

  test('takes place on time if it is planned', async () => {
    await using keys = await keysFolder();
    await keys.startedBefore();
    const manager = await keys.manager();
    const ring = await keys.ring();
    const before = ring.signing()?.kid;
    const kid = await acknowledgedKey(manager);
    await takeStep(manager, { event: 'activated', key: kid, planned: keys.clock.now() + 5 * hour });
    await ring.reload();
    await keys.clock.advance(5 * hour - 1);
    expect(ring.signing()?.kid).toBe(before);
    await keys.clock.advance(1);
    expect(ring.signing()?.kid).toBe(kid);
  });

  test('is done once if several processes start it at once', async () => {
    await using keys = await keysFolder({ realTime: systemClock });
    await keys.startedBefore();
    await keys.ring();
    const managers = await Promise.all(['ana', 'ben', 'chloe', 'dan'].map((by) => keys.manager(by)));
    const [first] = managers;
    if (!first) throw new Error('no manager');
    const kid = await acknowledgedKey(first);
    const taken = await Promise.all(
      managers.map((manager) => takeStep(manager, { event: 'activated', key: kid })),
    );
    expect(taken.filter(({ alreadyDone }) => alreadyDone === undefined)).toHaveLength(1);
    const lines = (await keys.read('ledger.jsonl')).trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('"activated"') && line.includes(kid))).toHaveLength(1);
  });

  test('is rejected if the file does not contain the key', async () => {
    await using keys = await keysFolder({ settings: { passphrase: 'right' } });
    const ring = await keys.ring();
    const manager = await keys.manager();
    const kid = await acknowledgedKey(manager);
    const file = (await keys.read('ledger.jsonl')).match(/service-token-\w+\.pem/)?.[0] ?? '';
    await keys.write(file, rsaPem());
    await expect(takeStep(manager, { event: 'activated', key: kid })).rejects.toMatchObject({
      code: 'keys_invalid',
    });
    expect(ring.signing()?.kid).not.toBe(kid);
  });
});

test('a destroyed key signs nothing any more and its file is deleted; another key can take over', async () => {
  await using keys = await keysFolder();
  await keys.startedBefore();
  const [ring, manager] = [await keys.ring(), await keys.manager()];
  const issue = createIssueServiceToken({ keys: ring, clock: keys.clock, ids: systemIds, maxKept: 1 });
  const ana = { subject: 'ana', issuer: 'https://sso.example', audience: 'adobe', lifetime: hour };
  await issue(ana);
  const leaked = ring.signing()?.kid ?? '';
  await destroyKey(manager, leaked, 'leaked in a backup');
  await until(ring, () => !ring.status().ready);
  await expect(issue(ana)).rejects.toMatchObject({ code: 'gateway_service_token_unavailable', status: 503 });
  expect(ring.publicKey(leaked)).toBeUndefined();
  await expect(stat(keys.path('service-token.pem'))).rejects.toMatchObject({ code: 'ENOENT' });

  const kid = await acknowledgedKey(manager);
  await takeStep(manager, { event: 'activated', key: kid });
  await until(ring, () => ring.status().ready);
  expect(await issue(ana)).toMatch(/^ey/);
});

test('a destroyed key leaves no notice, unless its file comes back', async () => {
  await using keys = await keysFolder();
  await keys.startedBefore();
  const [ring, manager] = [await keys.ring(), await keys.manager()];
  const pem = await keys.read('service-token.pem');
  const kid = ring.signing()?.kid ?? '';
  const heir = await acknowledgedKey(manager);
  await takeStep(manager, { event: 'activated', key: heir });
  await destroyKey(manager, kid);
  await ring.reload();
  expect(ring.status()).toMatchObject({ ready: true, problems: [], warnings: [] });
  expect(ring.find(kid)).toEqual({ state: 'destroyed', accepted: false, acknowledged: false });
  expect(ring.find(heir)).toEqual({ state: 'active', accepted: true, acknowledged: true });
  expect(ring.find('unknown')).toBeUndefined();
  await keys.write('service-token.pem', pem);
  await ring.reload();
  expect(ring.status().warnings).toEqual([
    {
      file: keys.path('service-token.pem'),
      message: `still exists although the key "${kid}" is destroyed: delete it`,
    },
  ]);
});

test('a destroyed key stops signing at once, even if another file is invalid', async () => {
  await using keys = await keysFolder();
  await keys.startedBefore();
  const [ring, manager] = [await keys.ring(), await keys.manager()];
  const leaked = ring.signing()?.kid ?? '';
  const { where } = await generateKey(manager, 2048);
  if (where?.kind !== 'file') throw new Error('a generated key lies in a file');
  await keys.write(where.name, 'damaged');
  await destroyKey(manager, leaked);
  await ring.reload();
  expect(ring.signing()).toBeUndefined();
  expect(ring.status().problems).toContainEqual(expect.objectContaining({ file: keys.path(where.name) }));
});

test('a key older than keys.warnAfter is reported', async () => {
  await using keys = await keysFolder({ settings: { warnAfter: '30d' } });
  await keys.startedBefore();
  const ring = await keys.ring();
  await keys.clock.advance(30 * 24 * hour - 1);
  expect(ring.status().warnings).toEqual([]);
  await keys.clock.advance(1);
  expect(ring.status()).toMatchObject({
    ready: true,
    warnings: [{ message: expect.stringMatching(/exceeds keys\.warnAfter; run kinpass keys generate/) }],
  });
});

test('a ledger that loses lines while the gateway runs is ignored', async () => {
  await using keys = await keysFolder();
  await keys.startedBefore();
  const [ring, manager] = [await keys.ring(), await keys.manager()];
  const old = await keys.read('ledger.jsonl');
  const kid = await acknowledgedKey(manager);
  await takeStep(manager, { event: 'activated', key: kid });
  await ring.reload();
  await keys.write('ledger.jsonl', old);
  await ring.reload();
  expect(ring.signing()?.kid).toBe(kid);
  expect(ring.status().problems).toMatchObject([{ message: expect.stringMatching(/line 3 has changed/) }]);
});

test('keys are encrypted and read with the passphrase', async () => {
  await using keys = await keysFolder({ settings: { passphrase: 'open sesame' } });
  const ring = await keys.ring();
  const { where } = await generateKey(await keys.manager(), 2048);
  for (const name of ['service-token.pem', where?.kind === 'file' ? where.name : '']) {
    expect(await keys.read(name)).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  }
  await ring.reload();
  expect(ring.status().problems).toEqual([]);
});

test('a JWK keeps its kid', async () => {
  await using keys = await keysFolder();
  const { key } = await readPrivateKey(rsaPem(), 'a key');
  const jwk = JSON.stringify({ ...key.export({ format: 'jwk' }), kid: 'programmer-2031' });
  await keys.write('service-token.jwk', jwk);
  const ring = await keys.ring();
  expect(ring.signing()?.kid).toBe('programmer-2031');

  const manager = await keys.manager();
  await expect(importKey(manager, jwk, 'twice')).rejects.toMatchObject({ code: 'key_step_refused' });
  const again = JSON.stringify({ ...key.export({ format: 'jwk' }), kid: 'another-name' });
  await expect(importKey(manager, again, 'renamed')).rejects.toMatchObject({
    hint: expect.stringContaining('as programmer-2031'),
  });
});
