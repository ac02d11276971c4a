import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { readOrMake as readOrMakeIn } from '#src/config/secrets/key-storage';
import { systemClock } from '#src/lib/clock';

const readOrMake = (directory: string, name: string, make: () => Promise<string> | string) =>
  readOrMakeIn(createKeyFolder(directory, systemClock), name, make);

const folder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'kinpass-keys-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('key files', () => {
  test('the first start creates folder and file, readable by the owner only; the second one reads them', async () => {
    await using root = await folder();
    const keys = join(root.path, 'deep', 'keys');
    expect(await readOrMake(keys, 'a.secret', () => 'first')).toBe('first');
    expect(await readOrMake(keys, 'a.secret', () => 'second')).toBe('first');
    expect(await modeOf(keys)).toBe(0o700);
    expect(await modeOf(join(keys, 'a.secret'))).toBe(0o600);
    expect(await readdir(keys)).toEqual(['a.secret']);
  });

  test('of several concurrent starts one wins, and all agree on its text', async () => {
    await using root = await folder();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => readOrMake(root.path, 'key', () => `winner ${i}`)),
    );
    expect(new Set(answers).size).toBe(1);
    expect(await readFile(join(root.path, 'key'), 'utf8')).toBe(`${answers[0]}\n`);
    expect(await readdir(root.path)).toEqual(['key']);
  });

  test("a process that loses the race uses the winner's text", async () => {
    await using root = await folder();
    const late = async () => {
      await readOrMake(root.path, 'key', () => 'rival');
      return 'late';
    };
    expect(await readOrMake(root.path, 'key', late)).toBe('rival');
    expect(await readOrMake(root.path, 'key', late)).toBe('rival');
  });

  test.each([0o640, 0o604, 0o660, 0o644])('a file with mode %o is rejected with the remedy', async (mode) => {
    await using root = await folder();
    const path = join(root.path, 'key');
    await writeFile(path, 'open to all');
    await chmod(path, mode);
    await expect(readOrMake(root.path, 'key', () => 'another')).rejects.toMatchObject({
      code: 'keys_invalid',
      field: path,
      hint: expect.stringContaining(`chmod 600 ${path}`),
    });
    expect(await readFile(path, 'utf8')).toBe('open to all');
  });

  test('an empty file is rejected, not replaced', async () => {
    await using root = await folder();
    await writeFile(join(root.path, 'key'), '\n', { mode: 0o600 });
    await expect(readOrMake(root.path, 'key', () => 'another')).rejects.toMatchObject({
      code: 'keys_invalid',
    });
  });

  test('a folder that cannot be created is reported', async () => {
    await using root = await folder();
    await writeFile(join(root.path, 'file'), '', { mode: 0o600 });
    const nowhere = join(root.path, 'file', 'keys');
    await expect(readOrMake(nowhere, 'key', () => 'x')).rejects.toMatchObject({
      code: 'keys_invalid',
      hint: expect.stringContaining(join(nowhere, 'key')),
    });
  });

  test('a failed creation leaves nothing behind', async () => {
    await using root = await folder();
    const broken = () => Promise.reject(new Error('no entropy'));
    await expect(readOrMake(root.path, 'key', broken)).rejects.toThrow('no entropy');
    expect(await readdir(root.path)).toEqual([]);
  });
});
