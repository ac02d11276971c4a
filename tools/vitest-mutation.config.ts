import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const conditions = ['kinpass-source', 'node', 'module', 'import', 'default'];

/** Most mutants are killed by a fast test, and the first failure ends a run. */
class FastestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const duration = (file: TestSpecification) =>
      this.ctx.cache.getTestSpecificationResult(file)?.duration ?? 0;
    return files.toSorted((a, b) => duration(a) - duration(b));
  }
}

/** The tests of some folders, for tools/mutation.ts. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: (process.env['MUTATION_TESTS'] ?? 'test/**/*.test.ts').split(','),
    setupFiles: ['test/support/loopback-only.ts'],
    sequence: { sequencer: FastestFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
