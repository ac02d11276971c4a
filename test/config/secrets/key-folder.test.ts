import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { systemClock } from '#src/lib/clock';
import { keyFileName, keyFilesIn, readKey } from '#src/signing-keys/key/key-files';
import { rsaPem } from '../../signing-keys/keys.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinpass-key-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const storage = (path = '') => createKeyFolder(join(folder, path), systemClock);

const write = (name: string, text: string, mode = 0o600) => writeFile(join(folder, name), text, { mode });

test('a key file is named by the beginning of its fingerprint', () => {
  expect(keyFileName('0123456789abcdef0123')).toBe('service-token-0123456789abcdef.pem');
});

describe('key files', () => {
  test('are found by their names, in order', async () => {
    const found = ['service-token-a_1.jwk', 'service-token.jwk', 'service-token.pem'];
    const others = ['my-service-token.pem', 'service-token.pem.old', 'service-token.txt', 'ledger.jsonl'];
    for (const name of [...others, ...found.toReversed()]) await write(name, '');
    expect(await keyFilesIn(storage())).toEqual(found);
  });

  test('are none in a folder that does not exist', async () => {
    expect(await keyFilesIn(storage('missing'))).toEqual([]);
  });

  test('cannot be listed where the file system reports an error', async () => {
    await write('file', '');
    await expect(keyFilesIn(storage('file'))).rejects.toMatchObject({
      code: 'keys_invalid',
      hint: expect.stringContaining('cannot be read (ENOTDIR)'),
    });
  });

  test('are read, or undefined if missing', async () => {
    expect(await readKey(storage(), 'service-token.pem', undefined)).toBeUndefined();
    await write('service-token.pem', rsaPem());
    expect(await readKey(storage(), 'service-token.pem', undefined)).toHaveProperty('kid');
  });
});

describe('the fingerprint of a folder', () => {
  test.each([
    ['a new key file', () => write('service-token-a.pem', 'a')],
    ['a new ledger', () => write('ledger.jsonl', '{}')],
    ['another content', () => write('service-token.pem', 'longer than before')],
    ['another mode', () => chmod(join(folder, 'service-token.pem'), 0o644)],
    ['a deleted file', () => rm(join(folder, 'service-token.pem'))],
    [
      'a replaced file',
      async () => {
        await write('fresh', 'one');
        await rm(join(folder, 'service-token.pem'));
        await write('service-token.pem', 'one');
      },
    ],
  ])('changes with %s', async (_, change) => {
    await write('service-token.pem', 'one');
    const before = await storage().fingerprint();
    expect(await storage().fingerprint()).toBe(before);
    await change();
    expect(await storage().fingerprint()).not.toBe(before);
  });

  test('does not change with other files', async () => {
    const before = await storage().fingerprint();
    await write('ledger.lock', 'x');
    await write('notes.txt', 'x');
    expect(await storage().fingerprint()).toBe(before);
  });

  test('names every file', async () => {
    await write('service-token-a.pem', 'one');
    await write('service-token-b.pem', 'two');
    expect((await storage().fingerprint()).split('\n').map((line) => line.split(' ')[0])).toEqual([
      'service-token-a.pem',
      'service-token-b.pem',
      'ledger.jsonl',
    ]);
  });
});
