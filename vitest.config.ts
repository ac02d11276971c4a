import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Node.js is started with these too: with `import` among them it would load ES modules where a package requires CommonJS. */
const conditions = ['kinpass-source', 'node', 'module', 'default'];

/**
 * Node.js strips types by WebAssembly, in each thread that runs our sources. Once a thread has called back a thousand times,
 * V8 compiles how it does, and frees what another thread may have freed (a crash in Runtime_TierUpWasmToJSWrapper, about one
 * thread in two thousand). bin/kinpass.js sets the same for a clone; the built package strips nothing.
 */
const stripsTypesInThreads = '--wasm-wrapper-tiering-budget=1000000000';

/** The tests of one package; `vitest run --project <name>` runs these alone. */
const project = (name: string, root: string, setup: object = {}) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name,
    root,
    execArgv: [stripsTypesInThreads],
    // Processes that tests start strip and compile the same sources again and again.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compile') },
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/loopback-only.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    ...setup,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('gateway', '.', { globalSetup: ['test/support/postgres-server.ts'] }),
      project('simulator', 'packages/simulator'),
    ],
  },
});
