import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { systemClock } from '#src/lib/clock';
import { describeKeyStorage } from './conformance.ts';

describeKeyStorage('a keys folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'kinpass-keys-'));
  const directory = join(root, 'keys');
  return {
    storage: createKeyFolder(directory, systemClock),
    rival: createKeyFolder(directory, systemClock),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
});
