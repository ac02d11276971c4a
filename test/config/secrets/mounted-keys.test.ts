import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import type { LedgerChange } from '#src/config/secrets/key-storage';
import { createMountedKeys } from '#src/config/secrets/mounted-keys';
import { systemClock } from '#src/lib/clock';
import { createFileSeals } from '#src/stores/keys/file-seals';
import { createSealedKeys } from '#src/stores/keys/sealed-keys';
import { createMemoryStores } from '#src/stores/memory/create';
import { createSeal } from '#src/stores/seal';

const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-mounted-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

const mounted = () => {
  const directory = temporaryFolder();
  const { keyFiles } = createMemoryStores();
  const seals = createFileSeals({ seals: [createSeal(new Uint8Array(32))], setting: 'sealing.secret' });
  const node = () =>
    createMountedKeys(
      createKeyFolder(directory, systemClock),
      createSealedKeys({ files: keyFiles, seals, clock: systemClock }),
    );
  return {
    keys: node(),
    rival: node(),
    write: (name: string, text: string) => writeFile(join(directory, name), text, { mode: 0o600 }),
    path: (name: string) => join(directory, name),
  };
};

const change = (keys: ReturnType<typeof mounted>['keys'], changed: LedgerChange) =>
  keys.changeLedger(async () => ({ change: changed, result: undefined }));

describe('keys that are mounted', () => {
  test('are read from the folder, and their ledger is written elsewhere', async () => {
    const { keys, rival, write } = mounted();
    await write('a.secret', 'text');
    await change(keys, { append: 'one\n' });
    await change(rival, { append: 'two\n' });
    expect([await rival.read('a.secret'), await keys.list()]).toEqual(['text', ['a.secret']]);
    expect(await keys.readLedger()).toBe('one\ntwo\n');
  });

  test('a ledger that was mounted with them is where it begins', async () => {
    const { keys, rival, write } = mounted();
    await write('ledger.jsonl', 'one\n');
    expect(await keys.readLedger()).toBe('one\n');
    await change(keys, { append: '' });
    await change(keys, { append: 'two\n' });
    await change(rival, { append: 'three\n' });
    await write('ledger.jsonl', 'not read any more\n');
    expect(await rival.readLedger()).toBe('one\ntwo\nthree\n');
  });

  test('nothing is created there: a step with a file waits until the file is there', async () => {
    const { keys, write, path } = mounted();
    const refused = {
      code: 'keys_invalid',
      field: path('service-token-a.pem'),
      hint: expect.stringContaining('is missing, and the folder is only read (keys.in)'),
    };
    const added: LedgerChange = { append: 'one\n', create: [{ name: 'service-token-a.pem', text: 'key' }] };
    await expect(change(keys, added)).rejects.toMatchObject(refused);
    await expect(keys.create('service-token-a.pem', 'key')).rejects.toMatchObject(refused);
    expect(await keys.readLedger()).toBeUndefined();
    await write('service-token-a.pem', 'key');
    await change(keys, added);
    await change(keys, { append: 'two\n', remove: ['service-token-a.pem'] });
    expect([await keys.readLedger(), await keys.list()]).toEqual(['one\ntwo\n', ['service-token-a.pem']]);
  });

  test('the fingerprint tells of files and ledger', async () => {
    const { keys, write } = mounted();
    const seen = [await keys.fingerprint()];
    await change(keys, { append: 'one\n' });
    seen.push(await keys.fingerprint());
    await write('service-token-a.pem', 'key');
    seen.push(await keys.fingerprint());
    expect(new Set(seen).size).toBe(3);
  });
});

const canMount =
  process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'x', '/mnt']).status === 0;

/** As Kubernetes mounts a secret: a read-only file system, links to links, and a folder that everybody may write to. */
const readMounted = (mode: string, owner: string, options = 'ro'): string => {
  const folder = temporaryFolder();
  const script = join(import.meta.dirname, 'processes/read-mounted.ts');
  const steps = [
    `mount -t tmpfs x ${folder}`,
    `mkdir ${folder}/..2031`,
    `echo text > ${folder}/..2031/a.secret`,
    `chmod ${mode} ${folder}/..2031/a.secret`,
    `chown ${owner} ${folder}/..2031/a.secret`,
    `ln -s ..2031 ${folder}/..data`,
    `ln -s ..data/a.secret ${folder}/a.secret`,
    `chmod 1777 ${folder}`,
    `mount -o remount,${options} ${folder}`,
    `${process.execPath} --conditions=kinpass-source ${script} ${folder}`,
  ];
  return execFileSync('unshare', ['-m', 'sh', '-ec', steps.join('\n')], { encoding: 'utf8' }).trim();
};

describe.skipIf(!canMount)('a mounted secret (needs root and mount namespaces)', () => {
  test.each([
    ['0400', '0:0'],
    ['0440', '0:0'],
  ])('with mode %s is read, whatever the mode of its folder', (mode, owner) => {
    expect(readMounted(mode, owner)).toBe('a.secret text');
  });

  test.each([
    ['0444', '0:0'],
    ['0440', '0:12345'],
  ])('with mode %s and owner %s is refused with the remedy', (mode, owner) => {
    expect(readMounted(mode, owner)).toMatch(
      /^a\.secret refused: .*readable by other users: mount it with mode 0400/,
    );
  });

  test('where somebody can write, the folder counts', () => {
    expect(readMounted('0400', '0:0', 'rw')).toMatch(/refused: .*writable by other users/);
  });
});
