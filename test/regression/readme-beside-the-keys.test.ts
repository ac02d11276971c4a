import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { startTwoStores } from '../stores/copy/two-stores.ts';
import { addViewer } from '../stores/copy/viewers.ts';
import { postgresUrl } from '../support/postgres.ts';

test.skipIf(!postgresUrl)(
  'a store is copied even if the keys folder has a world-readable README',
  async () => {
    const { folder, using, cutOver } = startTwoStores();
    await using('sqlite', (stores) => addViewer(stores, 'ana', systemClock.now()));
    writeFileSync(join(folder, 'keys', 'README.md'), '# Keys\n', { mode: 0o644 });
    await cutOver('sqlite');
    expect(await using('postgres', (stores) => stores.accounts.find('ana'))).toBeDefined();
  },
);
