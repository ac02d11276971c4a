import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';

test('another process of the machine reads the same monotonic clock', async () => {
  const file = JSON.stringify(join(import.meta.dirname, '../../src/lib/clock.ts'));
  const script = `import { systemClock } from ${file}; console.log(systemClock.monotonic());`;
  const before = systemClock.monotonic();
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  expect(Number(stdout)).toBeGreaterThan(before);
  expect(Number(stdout)).toBeLessThan(systemClock.monotonic());
});
