import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { loadSecrets } from '#src/config/secrets/secrets';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinpass-open-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const load = () => loadSecrets(createKeyFolder(folder, systemClock), systemIds);

test.each([0o777, 0o1777, 0o702, 0o757])(
  'a keys folder with mode %o is refused with the remedy',
  async (mode) => {
    await chmod(folder, mode);
    const refused = { code: 'keys_invalid', hint: expect.stringContaining(`run chmod 700 ${folder}`) };
    await expect(load()).rejects.toMatchObject(refused);
    await chmod(folder, 0o700);
    await load();
    await chmod(folder, mode);
    await expect(load()).rejects.toMatchObject(refused);
  },
);

test.each([0o700, 0o750, 0o755, 0o770])('one with mode %o, of the own group, is fine', async (mode) => {
  await chmod(folder, mode);
  expect((await stat(folder)).gid).toBe(process.getgid?.());
  await load();
});
