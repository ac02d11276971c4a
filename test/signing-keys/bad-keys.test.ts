import { generateKeyPairSync } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { rsaPem } from './keys.ts';
import { hour, type KeysFolder, keysFolder } from './keys-folder.ts';

/** Damage to a keys directory whose only key, service-token.pem, is active. */
interface Damage {
  readonly what: string;
  readonly file: string;
  /** Names field and cure. */
  readonly message: RegExp;
  /** The gateway starts nevertheless. */
  readonly warning?: true;
  readonly settings?: Record<string, unknown>;
  apply(keys: KeysFolder): Promise<void>;
}

const key = 'service-token.pem';
const ledger = 'ledger.jsonl';
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = rsaPem();
const sealed = String(
  pair.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' }),
);
const ecKey = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
);

const replaceKey =
  (text: string): Damage['apply'] =>
  (keys) =>
    keys.write(key, text);

/** Oldest line first. */
const editLedger =
  (edit: (lines: string[]) => string): Damage['apply'] =>
  async (keys) =>
    keys.write(ledger, edit((await keys.read(ledger)).trimEnd().split('\n')));

const changed = (line = '', change: object) => JSON.stringify({ ...(JSON.parse(line) as object), ...change });

const damages: Damage[] = [
  {
    what: 'a PEM file is truncated',
    file: key,
    message: /exactly one private key.*openssl/,
    apply: async (keys) => keys.write(key, (await keys.read(key)).slice(0, 700)),
  },
  {
    what: 'a file contains a public key instead of the private one',
    file: key,
    message: /contains a public key; the private key/,
    apply: replaceKey(String(pair.publicKey.export({ type: 'spki', format: 'pem' }))),
  },
  {
    what: 'the passphrase is wrong',
    file: key,
    message: /cannot be decrypted.*keys\.passphrase/,
    settings: { passphrase: 'wrong' },
    apply: replaceKey(sealed),
  },
  {
    what: 'other users can read a key',
    file: key,
    message: /chmod 600/,
    apply: (keys) => chmod(keys.path(key), 0o644),
  },
  { what: 'a key is an EC key', file: key, message: /\(kty\), not ec/, apply: replaceKey(ecKey) },
  {
    what: 'a key has 1024 bits',
    file: key,
    message: /2048 to 8192 bits \(n\), not 1024/,
    apply: replaceKey(rsaPem(1024)),
  },
  {
    what: 'a key has the exponent 1',
    file: key,
    message: /e must be AQAB/,
    apply: replaceKey(JSON.stringify({ ...pair.privateKey.export({ format: 'jwk' }), e: 'AQ' })),
  },
  {
    what: 'a file contains a different key',
    file: key,
    message: /does not contain the key.*\(n\).*backup/,
    apply: replaceKey(other),
  },
  {
    what: 'the file of the active key is missing',
    file: key,
    message: /missing.*backup/,
    apply: (keys) => rm(keys.path(key)),
  },
  {
    what: 'a kid is used twice',
    file: ledger,
    message: /line 3: event generated is not allowed here.*already has a key with this kid.*backup/,
    apply: editLedger((lines) => `${[...lines, lines[0]].join('\n')}\n`),
  },
  {
    what: 'the ledger ends in the middle of a line',
    file: ledger,
    message: /line 2 is truncated.*backup/,
    apply: editLedger((lines) => lines.join('\n').slice(0, -20)),
  },
  {
    what: 'the ledger is empty',
    file: ledger,
    message: /is empty.*backup/,
    apply: editLedger(() => ''),
  },
  {
    what: 'the ledger has a newer version',
    file: ledger,
    message: /line 2 was written by a newer Kinpass \(ledger version 2\); upgrade/,
    apply: editLedger(([first, last]) => `${first}\n${changed(last, { version: 2 })}\n`),
  },
  {
    what: 'two keys are active',
    file: ledger,
    message: /line 3: event adopted is not allowed here.*two active keys.*backup/,
    apply: editLedger((lines) => {
      const twin = changed(lines[0], { event: 'adopted', kid: 'another' });
      return `${[...lines, twin].join('\n')}\n`;
    }),
  },
  {
    what: 'a fingerprint was changed',
    file: ledger,
    message: /line 1: fingerprint does not match publicKey.*backup/,
    apply: editLedger(
      ([first, ...rest]) => `${[changed(first, { fingerprint: '0'.repeat(64) }), ...rest].join('\n')}\n`,
    ),
  },
  {
    what: 'a line contains an unknown event',
    file: ledger,
    message: /line 2: event is not in the format/,
    apply: editLedger(([first, last]) => `${first}\n${changed(last, { event: 'blessed' })}\n`),
  },
  {
    what: 'a line is not JSON',
    file: ledger,
    message: /line 2 is not a JSON object/,
    apply: editLedger(([first]) => `${first}\nactive!\n`),
  },
  {
    what: 'other users can write the ledger',
    file: ledger,
    message: /chmod 600/,
    apply: (keys) => chmod(keys.path(ledger), 0o666),
  },
  {
    what: 'there is a key file that is not in the ledger',
    file: 'service-token-old.pem',
    message: /not in the ledger.*kinpass keys import/,
    warning: true,
    apply: (keys) => keys.write('service-token-old.pem', other),
  },
  {
    what: 'the clock is an hour behind',
    file: ledger,
    message: /last line was written at 2030-01-01T00:00:00Z \(at\).*set the clock/,
    warning: true,
    apply: async (keys) => {
      keys.skew = -hour;
    },
  },
];

test.each(damages)('$what: reported at the start with file, field and cure', async (damage) => {
  await using keys = await keysFolder({ settings: damage.settings ?? {} });
  await keys.startedBefore();
  await damage.apply(keys);
  const before = await keys.everything();
  const start = keys.ring();
  if (damage.warning) {
    const { ready, warnings } = (await start).status();
    expect(ready).toBe(true);
    expect(warnings).toEqual([
      { file: keys.path(damage.file), message: expect.stringMatching(damage.message) },
    ]);
  } else {
    const error: unknown = await start.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'keys_invalid', field: keys.path(damage.file) });
    expect(error).toMatchObject({ hint: expect.stringMatching(damage.message) });
  }
  expect(await keys.everything()).toBe(before);
});

test.each(damages)('$what: the last good state is kept while the gateway runs', async (damage) => {
  await using keys = await keysFolder({ settings: damage.settings ?? {} });
  await keys.startedBefore();
  const ring = await keys.ring();
  const [kid, jwks] = [ring.signing()?.kid, ring.publicJwks()];
  await damage.apply(keys);
  const before = await keys.everything();
  await ring.reload();
  expect(ring.signing()?.kid).toBe(kid);
  expect(ring.publicJwks()).toEqual(jwks);
  const { problems, warnings } = ring.status();
  const notice = { file: keys.path(damage.file), message: expect.stringMatching(damage.message) };
  expect(damage.warning ? warnings : problems).toContainEqual(notice);
  const level = damage.warning ? 'warn' : 'error';
  expect(keys.logged).toContainEqual(expect.objectContaining({ level, fields: notice }));
  expect(await keys.everything()).toBe(before);
});

test('a missing ledger is not recreated if there are other keys', async () => {
  await using keys = await keysFolder();
  await keys.write('service-token-0123456789abcdef.pem', other);
  await expect(keys.ring()).rejects.toMatchObject({
    field: keys.path(ledger),
    hint: expect.stringMatching(/missing/),
  });
  expect(await keys.everything()).not.toContain('"event"');
});
