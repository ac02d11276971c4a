// Mutates every file of the given folders and runs the tests of the same top folder under test/.
// `npm run mutation -- src/service-token src/families`, a glob such as 'src/signing-keys/*.ts', a file, or the name of a set;
// the survivors are listed in .stryker-tmp/reports/.
// Timeouts are counted apart, equivalent mutants count as survivors. docs/mutation.md keeps the results.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const reports = '.stryker-tmp/reports';

const sets: Readonly<Record<string, readonly string[]>> = {
  'id-tokens': ['src/identity/verify-id-token.ts', 'src/identity/claims.ts', 'src/identity/email.ts'],
  policies: [
    'src/authorization-server/provider/redemption-policy.ts',
    'src/authorization-server/provider/device-poll.ts',
    'src/families/guess-budget.ts',
    'src/adobe-pass/throttle.ts',
    'src/adobe-pass/retry.ts',
    'src/adobe-pass/rate-limiter.ts',
    'src/adobe-pass/path.ts',
    'src/service-token/reuse.ts',
  ],
};

const run = async (target: string): Promise<number> => {
  const paths = sets[target] ?? [target];
  const tops = new Set(paths.map((path) => path.split('/')[1]));
  const name = target
    .replace(/^src\//, '')
    .replaceAll('/', '-')
    .replaceAll('*', '');
  process.env['MUTATION_TESTS'] = [...tops].map((top) => `test/${top}/**/*.test.ts`).join();
  const results = await new Stryker({
    mutate: paths.map((path) => (/\*|\.ts$/.test(path) ? path : `${path}/**/*.ts`)),
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    // Vitest does not find the related tests by #src imports.
    vitest: { configFile: 'tools/vitest-mutation.config.ts', related: false },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // Without a tsconfig Stryker does not load the compiler, whose API TypeScript 7 does not have.
    tsconfigFile: 'none.json',
    tempDirName: `.stryker-tmp/${name}`,
    ignorePatterns: ['/dist', '/docs', '/.data', '/keys', '/packages/simulator/docs'],
    timeoutMS: 10_000,
    reporters: ['dots'],
    clearTextReporter: { allowColor: false },
  }).runMutationTest();

  const count = (status: string) => results.filter((result) => result.status === status).length;
  const [killed, survived, uncovered] = [count('Killed'), count('Survived'), count('NoCoverage')];
  const score = (100 * killed) / (killed + survived + uncovered);
  mkdirSync(reports, { recursive: true });
  const alive = results
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage' || status === 'Timeout')
    .map(({ status, fileName, location: { start }, mutatorName, replacement }) => {
      const file = fileName.slice(fileName.lastIndexOf('src/'));
      const text = (replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 120);
      return `${status.padEnd(10)} ${file}:${start.line}:${start.column}  ${mutatorName}  ${text}`;
    })
    .sort();
  writeFileSync(join(reports, `${name}.txt`), `${alive.join('\n')}\n`);
  console.log(
    `\n${target}: ${score.toFixed(1)} % (killed ${killed}, survived ${survived}, no coverage ${uncovered}; timeouts ${count('Timeout')}, errors ${count('RuntimeError') + count('CompileError')})`,
  );
  return score;
};

const targets = process.argv.slice(2).map((target) => target.replace(/\/$/, ''));
if (targets.length === 0) {
  console.error(`Usage: npm run mutation -- <src/folder, file, glob, ${Object.keys(sets).join(', ')}> …`);
  process.exitCode = 2;
}
for (const target of targets) if ((await run(target)) < 85) process.exitCode = 1;
