// Mutates every file of the given folders and runs the tests of the same top folder under test/.
// `npm run mutation -- src/service-token src/families`, or a glob such as 'src/signing-keys/*.ts'; the survivors are listed in .stryker-tmp/reports/.
// Timeouts are counted apart, equivalent mutants count as survivors. docs/mutation.md keeps the results.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const reports = '.stryker-tmp/reports';

const run = async (folder: string): Promise<number> => {
  const [, top = '', ...below] = folder.split('/');
  const name = [top, ...below].join('-').replaceAll('*', '');
  process.env['MUTATION_TESTS'] = `test/${top}/**/*.test.ts`;
  const results = await new Stryker({
    mutate: [folder.includes('*') ? folder : `${folder}/**/*.ts`],
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
      const file = fileName.slice(fileName.indexOf(`src/${top}`));
      const text = (replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 120);
      return `${status.padEnd(10)} ${file}:${start.line}:${start.column}  ${mutatorName}  ${text}`;
    })
    .sort();
  writeFileSync(join(reports, `${name}.txt`), `${alive.join('\n')}\n`);
  console.log(
    `\n${folder}: ${score.toFixed(1)} % (killed ${killed}, survived ${survived}, no coverage ${uncovered}; timeouts ${count('Timeout')}, errors ${count('RuntimeError') + count('CompileError')})`,
  );
  return score;
};

const folders = process.argv.slice(2).map((folder) => folder.replace(/\/$/, ''));
if (folders.length === 0) {
  console.error('Usage: npm run mutation -- src/<folder> …');
  process.exitCode = 2;
}
for (const folder of folders) if ((await run(folder)) < 85) process.exitCode = 1;
