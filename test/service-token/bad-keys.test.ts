import { generateKeyPairSync } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { rsaPem } from './keys.ts';
import { hour, type KeysFolder, keysFolder } from './keys-folder.ts';

/** What somebody did to a keys directory whose one key, service-token.pem, signs. */
interface Mishap {
  readonly what: string;
  readonly file: string;
  /** What file, field and cure are told with. */
  readonly told: RegExp;
  /** A warning lets the gateway start. */
  readonly warning?: true;
  readonly settings?: Record<string, unknown>;
  bend(keys: KeysFolder): Promise<void>;
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
  (text: string): Mishap['bend'] =>
  (keys) =>
    keys.write(key, text);

/** Line by line, the last one being the newest. */
const editLedger =
  (edit: (lines: string[]) => string): Mishap['bend'] =>
  async (keys) =>
    keys.write(ledger, edit((await keys.read(ledger)).trimEnd().split('\n')));

const changed = (line = '', change: object) => JSON.stringify({ ...(JSON.parse(line) as object), ...change });

const mishaps: Mishap[] = [
  {
    what: 'a PEM is cut off',
    file: key,
    told: /one whole private key.*openssl/,
    bend: async (keys) => keys.write(key, (await keys.read(key)).slice(0, 700)),
  },
  {
    what: 'a public key lies where the private one belongs',
    file: key,
    told: /holds a public key: the private key/,
    bend: replaceKey(String(pair.publicKey.export({ type: 'spki', format: 'pem' }))),
  },
  {
    what: 'the passphrase is wrong',
    file: key,
    told: /does not open.*keys\.passphrase/,
    settings: { passphrase: 'wrong' },
    bend: replaceKey(sealed),
  },
  {
    what: 'others can read a key',
    file: key,
    told: /chmod 600/,
    bend: (keys) => chmod(keys.path(key), 0o644),
  },
  { what: 'a key is on a curve', file: key, told: /\(kty\), not ec/, bend: replaceKey(ecKey) },
  { what: 'a key has 1024 bits', file: key, told: /2048 bits.*\(n\)/, bend: replaceKey(rsaPem(1024)) },
  {
    what: 'a key has the exponent 1',
    file: key,
    told: /e must be AQAB/,
    bend: replaceKey(JSON.stringify({ ...pair.privateKey.export({ format: 'jwk' }), e: 'AQ' })),
  },
  { what: 'a key is another one', file: key, told: /not the key.*\(n\).*backup/, bend: replaceKey(other) },
  {
    what: 'the key that signs is gone',
    file: key,
    told: /missing.*backup/,
    bend: (keys) => rm(keys.path(key)),
  },
  {
    what: 'a kid is there twice',
    file: ledger,
    told: /line 3: event generated.*kid already.*backup/,
    bend: editLedger((lines) => `${[...lines, lines[0]].join('\n')}\n`),
  },
  {
    what: 'the ledger is cut off in the middle of a line',
    file: ledger,
    told: /line 2 is cut off.*backup/,
    bend: editLedger((lines) => lines.join('\n').slice(0, -20)),
  },
  {
    what: 'the ledger is empty',
    file: ledger,
    told: /is empty.*backup/,
    bend: editLedger(() => ''),
  },
  {
    what: 'the ledger is of a newer version',
    file: ledger,
    told: /line 2: version 2.*newer Kinpass: run that one/,
    bend: editLedger(([first, last]) => `${first}\n${changed(last, { version: 2 })}\n`),
  },
  {
    what: 'two keys are active',
    file: ledger,
    told: /line 3: event adopted.*two active keys.*backup/,
    bend: editLedger((lines) => {
      const twin = changed(lines[0], { event: 'adopted', kid: 'another' });
      return `${[...lines, twin].join('\n')}\n`;
    }),
  },
  {
    what: 'a fingerprint was changed',
    file: ledger,
    told: /line 1: fingerprint.*backup/,
    bend: editLedger(
      ([first, ...rest]) => `${[changed(first, { fingerprint: '0'.repeat(64) }), ...rest].join('\n')}\n`,
    ),
  },
  {
    what: 'a line says what no Kinpass writes',
    file: ledger,
    told: /line 2: event is not/,
    bend: editLedger(([first, last]) => `${first}\n${changed(last, { event: 'blessed' })}\n`),
  },
  {
    what: 'a line is no JSON',
    file: ledger,
    told: /line 2 is no JSON object/,
    bend: editLedger(([first]) => `${first}\nactive!\n`),
  },
  {
    what: 'others can write the ledger',
    file: ledger,
    told: /chmod 600/,
    bend: (keys) => chmod(keys.path(ledger), 0o666),
  },
  {
    what: 'a key lies there that is in no ledger',
    file: 'service-token-old.pem',
    told: /not in the ledger.*kinpass keys import/,
    warning: true,
    bend: (keys) => keys.write('service-token-old.pem', other),
  },
  {
    what: 'the clock is an hour behind',
    file: ledger,
    told: /last line is of 2030-01-01T00:00:00Z \(at\).*set the clock/,
    warning: true,
    bend: async (keys) => {
      keys.skew = -hour;
    },
  },
];

test.each(mishaps)('$what: told at the start with file, field and cure', async (mishap) => {
  await using keys = await keysFolder({ settings: mishap.settings ?? {} });
  (await keys.ring()).close();
  await mishap.bend(keys);
  const before = await keys.everything();
  const start = keys.ring();
  if (mishap.warning) {
    const { ready, warnings } = (await start).status();
    expect(ready).toBe(true);
    expect(warnings).toEqual([{ file: keys.path(mishap.file), message: expect.stringMatching(mishap.told) }]);
  } else {
    const error: unknown = await start.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'keys_invalid', field: keys.path(mishap.file) });
    expect(error).toMatchObject({ hint: expect.stringMatching(mishap.told) });
  }
  expect(await keys.everything()).toBe(before);
});

test.each(mishaps)('$what: what was good is kept while it runs', async (mishap) => {
  await using keys = await keysFolder({ settings: mishap.settings ?? {} });
  const ring = await keys.ring();
  const [kid, jwks] = [ring.signing()?.kid, ring.publicJwks()];
  await mishap.bend(keys);
  const before = await keys.everything();
  await ring.reload();
  expect(ring.signing()?.kid).toBe(kid);
  expect(ring.publicJwks()).toEqual(jwks);
  const { problems, warnings } = ring.status();
  const notice = { file: keys.path(mishap.file), message: expect.stringMatching(mishap.told) };
  expect(mishap.warning ? warnings : problems).toContainEqual(notice);
  const level = mishap.warning ? 'warn' : 'error';
  expect(keys.logged).toContainEqual(expect.objectContaining({ level, fields: notice }));
  expect(await keys.everything()).toBe(before);
});

test('a ledger that is missing beside a key is not begun anew', async () => {
  await using keys = await keysFolder();
  await keys.write('service-token-0123456789abcdef.pem', other);
  await expect(keys.ring()).rejects.toMatchObject({
    field: keys.path(ledger),
    hint: expect.stringMatching(/missing/),
  });
  expect(await keys.everything()).not.toContain('"event"');
});
