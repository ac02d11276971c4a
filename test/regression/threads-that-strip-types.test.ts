import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('where sources run as they are, V8 does not compile how a thread that strips types calls back', () => {
  const flag = '--wasm-wrapper-tiering-budget=1000000000';
  expect(process.execArgv).toContain(flag);
  const program = readFileSync(new URL('../../bin/kinpass.js', import.meta.url), 'utf8');
  expect(program).toContain(`setFlagsFromString('${flag}')`);
});
