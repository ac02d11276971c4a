import { checkPrimeSync, createPrivateKey } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { generateKey, importKey, importKmsKey } from '#src/signing-keys/admin/add-key';
import { destroyKey } from '#src/signing-keys/admin/destroy-key';
import { createKeyExport } from '#src/signing-keys/admin/key-export';
import { findKey, inspectKeys, stepRefused, testedSigner } from '#src/signing-keys/admin/key-manager';
import { takeStep } from '#src/signing-keys/admin/take-step';
import { publicFingerprint } from '#src/signing-keys/key/public-key';
import type { LedgerEntry } from '#src/signing-keys/ledger/ledger-line';
import { randomFrom } from '../support/random-from.ts';
import { rsaPem } from './keys.ts';
import { hour, keysFolder } from './keys-folder.ts';
import { rfc7515Key } from './rfc7515-key.ts';

const jwkNamed = (kid: string) =>
  JSON.stringify({ ...createPrivateKey(rsaPem()).export({ format: 'jwk' }), kid });

const lastLine = async (keys: { read(name: string): Promise<string> }) =>
  JSON.parse((await keys.read('ledger.jsonl')).trimEnd().split('\n').at(-1) ?? '') as object;

test('an empty folder stays empty until the first key is added', async () => {
  await using keys = await keysFolder();
  const manager = await keys.manager();
  expect(await inspectKeys(manager)).toMatchObject({ entries: [], status: { ready: false, keys: [] } });
  expect(await keys.everything()).toBe('');
  const entry = await generateKey(manager, 2048);
  expect(await lastLine(keys)).toMatchObject({ event: 'generated', by: 'ana@office', kid: entry.kid });
});

test('an active key is inspected as a gateway would see it', async () => {
  await using keys = await keysFolder();
  await keys.startedBefore();
  const { status, rotation } = await inspectKeys(await keys.manager());
  expect(status).toMatchObject({
    ready: true,
    keys: [{ kid: rotation.active, state: 'active' }],
    problems: [],
  });
  await rm(keys.path('service-token.pem'));
  expect((await inspectKeys(await keys.manager())).status).toMatchObject({
    ready: false,
    problems: [
      { file: keys.path('service-token.pem'), message: expect.stringMatching(/^is missing, so the key/) },
      { message: expect.stringMatching(/its private key is not usable$/) },
    ],
  });
});

describe('a key is found', () => {
  test('by its id, its fingerprint, or the beginning of one', async () => {
    await using keys = await keysFolder();
    const manager = await keys.manager();
    for (const kid of ['2031', '2031-b', 'other']) await importKey(manager, jwkNamed(kid), kid);
    const { entries } = await inspectKeys(manager);
    expect(findKey(entries, '2031').kid).toBe('2031');
    expect(findKey(entries, '2031-').kid).toBe('2031-b');
    const other = findKey(entries, 'other');
    expect(findKey(entries, publicFingerprint(other.members).slice(0, 12)).kid).toBe('other');
    const failing = (name: string, hint: string) =>
      expect(() => findKey(entries, name)).toThrow(
        expect.objectContaining({ code: 'key_step_refused', field: name, hint }),
      );
    failing('203', '"203" matches 2 keys; type more of it; see kinpass keys list.');
    failing('unknown', '"unknown" does not match any key; see kinpass keys list.');
    failing('', '"" does not match any key; see kinpass keys list.');
  });
});

describe('a key is added', () => {
  test('once: neither its kid nor the key itself may be in the ledger already', async () => {
    await using keys = await keysFolder();
    const manager = await keys.manager();
    const pem = rsaPem();
    const { kid } = await importKey(manager, `\n${pem}\n`, 'a key');
    const before = await keys.everything();
    await expect(importKey(manager, pem, 'a key')).rejects.toMatchObject({
      code: 'key_step_refused',
      field: kid,
      hint: `${kid}: the ledger already has a key with this kid; nothing was changed.`,
    });
    const renamed = JSON.stringify({ ...createPrivateKey(pem).export({ format: 'jwk' }), kid: 'renamed' });
    await expect(importKey(manager, renamed, 'a key')).rejects.toMatchObject({
      hint: `renamed: the ledger already has this key, as ${kid}; nothing was changed.`,
    });
    expect(await keys.everything()).toBe(before);
  });

  test('not to an invalid ledger', async () => {
    await using keys = await keysFolder();
    const manager = await keys.manager();
    await generateKey(manager, 2048);
    const text = await keys.read('ledger.jsonl');
    await keys.write('ledger.jsonl', text + text);
    const invalid = {
      code: 'keys_invalid',
      hint: expect.stringMatching(
        /line 2: event generated is not allowed here: the ledger already has a key/,
      ),
    };
    await expect(generateKey(manager, 2048)).rejects.toMatchObject(invalid);
    await expect(takeStep(manager, { event: 'exported', key: '' })).rejects.toMatchObject(invalid);
    await expect(inspectKeys(manager)).rejects.toMatchObject(invalid);
  });

  test('not from a key management service that is not configured', async () => {
    await using keys = await keysFolder();
    await expect(importKmsKey(await keys.manager(), 'k')).rejects.toMatchObject({
      field: 'keys.kms',
      hint: 'keys.kms is not set: configure origin, region and credentials',
    });
  });

  test('not if it can be factored (ROCA)', async () => {
    await using keys = await keysFolder();
    await expect(importKey(await keys.manager(), rocaJwk(), 'roca.jwk')).rejects.toMatchObject({
      code: 'keys_invalid',
      hint: 'roca.jwk contains a key that can be factored (n, CVE-2017-15361): generate another one',
    });
    expect(await keys.everything()).toBe('');
  });
});

describe('a step', () => {
  const draft = async (keys: Awaited<ReturnType<typeof keysFolder>>) => {
    const manager = await keys.manager();
    const { kid, fingerprint } = await generateKey(manager, 2048);
    return { manager, kid, fingerprint };
  };

  test('is recorded with everything that was said', async () => {
    await using keys = await keysFolder();
    const { manager, kid, fingerprint } = await draft(keys);
    const planned = keys.clock.now() + hour;
    await takeStep(manager, {
      event: 'activated',
      key: kid.slice(0, 12),
      planned,
      forced: true,
      note: 'ticket 7',
    });
    expect(await lastLine(keys)).toEqual({
      version: 1,
      at: new Date(keys.clock.now()).toISOString(),
      by: 'ana@office',
      event: 'activated',
      kid,
      fingerprint,
      planned: new Date(planned).toISOString(),
      forced: true,
      longestLife: hour / 1_000,
      note: 'ticket 7',
    });
    await takeStep(manager, { event: 'cancelled', key: kid });
    expect(Object.keys(await lastLine(keys))).toEqual(['version', 'at', 'by', 'event', 'kid', 'fingerprint']);
  });

  test('that is not allowed changes nothing', async () => {
    await using keys = await keysFolder();
    const { manager, kid } = await draft(keys);
    const before = await keys.everything();
    await expect(takeStep(manager, { event: 'acknowledged', key: kid })).rejects.toMatchObject({
      code: 'key_step_refused',
      field: kid,
      hint: `${kid}: it has never been exported: export it first.`,
    });
    expect(await keys.everything()).toBe(before);
  });

  test('that was taken before changes nothing and says so', async () => {
    await using keys = await keysFolder();
    const { manager, kid } = await draft(keys);
    await createKeyExport(manager, kid);
    await takeStep(manager, { event: 'acknowledged', key: kid });
    const before = await keys.everything();
    expect(await takeStep(manager, { event: 'acknowledged', key: kid })).toEqual({
      kid,
      alreadyDone: 'Adobe has already acknowledged it',
    });
    expect(await keys.everything()).toBe(before);
  });

  test('needs the private key only to activate', async () => {
    await using keys = await keysFolder();
    const { manager, kid } = await draft(keys);
    await createKeyExport(manager, kid);
    const { entries } = await inspectKeys(manager);
    const record = findKey(entries, kid);
    expect(await (await testedSigner(manager, record)).sign(Buffer.from('x'))).toHaveLength(256);
    const name = record.where.kind === 'file' ? record.where.name : '';
    await rm(keys.path(name));
    await takeStep(manager, { event: 'acknowledged', key: kid });
    const missing = {
      code: 'key_step_refused',
      hint: `${kid}: the key cannot sign: the file ${name} is missing.`,
    };
    await expect(takeStep(manager, { event: 'activated', key: kid })).rejects.toMatchObject(missing);
    await expect(createKeyExport(manager, kid)).rejects.toMatchObject(missing);
    expect(await destroyKey(manager, kid, 'lost')).toEqual({ kid });
    expect(await destroyKey(manager, kid)).toEqual({ kid, alreadyDone: 'it is already destroyed' });
  });

  test('with a key of the service needs the service', async () => {
    await using keys = await keysFolder();
    const manager = await keys.manager();
    const entry: LedgerEntry = {
      ...(await generateKey(manager, 2048)),
      where: { kind: 'kms', keyId: 'at-kms' },
    };
    const record = findKey([entry], entry.kid);
    await expect(testedSigner(manager, record)).rejects.toMatchObject({
      code: 'keys_invalid',
      field: 'keys.kms',
      hint: `keys.kms is required for the key "${entry.kid}": set origin, region and credentials`,
    });
    const sign = () => Promise.reject(new Error('down'));
    const kms = {
      open: async () => undefined,
      signer: () => ({ sign }),
      publicKey: () => Promise.reject(new Error('down')),
    };
    await expect(testedSigner({ ...manager, kms }, record)).rejects.toMatchObject(
      stepRefused(
        entry.kid,
        `${entry.kid}: the key cannot sign: at-kms does not sign at the key management service.`,
      ),
    );
  });
});

/** A 2048-bit key from primes of the form k·M + (65537^a mod M), as the flawed library generated them. */
const rocaJwk = (): string => {
  const random = randomFrom(17);
  const small = Array.from({ length: 166 }, (_, n) => BigInt(n + 2)).filter((n) => checkPrimeSync(n));
  const m = small.reduce((product, prime) => product * prime, 1n);
  const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
    let [result, square] = [1n, base % modulus];
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = (result * square) % modulus;
      square = (square * square) % modulus;
    }
    return result;
  };
  const flawedPrime = (a: bigint): bigint => {
    const residue = power(65_537n, a, m);
    const top = 3n << 1022n; // so that the product has 2048 bits
    for (let k = top / m + BigInt(Math.floor(random() * 1e9)); ; k += 1n) {
      const candidate = k * m + residue;
      if (checkPrimeSync(candidate)) return candidate;
    }
  };
  const [p, q] = [flawedPrime(11n), flawedPrime(7n)];
  const phi = (p - 1n) * (q - 1n);
  const inverse = (value: bigint, modulus: bigint): bigint => {
    let [r0, r1, t0, t1] = [modulus, value % modulus, 0n, 1n];
    while (r1 > 0n) [r0, r1, t0, t1] = [r1, r0 % r1, t1, t0 - (r0 / r1) * t1];
    return ((t0 % modulus) + modulus) % modulus;
  };
  const d = inverse(65_537n, phi);
  const encode = (value: bigint) => {
    const hex = value.toString(16);
    return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
  };
  const [n, dp, dq, qi] = [p * q, d % (p - 1n), d % (q - 1n), inverse(q, p)].map(encode);
  return JSON.stringify({
    kty: 'RSA',
    e: rfc7515Key.e,
    n,
    d: encode(d),
    p: encode(p),
    q: encode(q),
    dp,
    dq,
    qi,
  });
};
