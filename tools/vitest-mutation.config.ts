import { defineConfig } from 'vitest/config';

const conditions = ['kinpass-source', 'node', 'module', 'import', 'default'];

/** The tests of one folder, for tools/mutation.ts. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [process.env['MUTATION_TESTS'] ?? 'test/**/*.test.ts'],
    setupFiles: ['test/support/loopback-only.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
