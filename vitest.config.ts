import { defineConfig } from 'vitest/config';

const conditions = ['kinpass-source', 'node', 'module', 'import', 'default'];

/** The tests of one package; `vitest run --project <name>` runs these alone. */
const project = (name: string, root: string) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name,
    root,
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/loopback-only.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

export default defineConfig({
  test: { projects: [project('gateway', '.'), project('simulator', 'packages/simulator')] },
});
