import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes rules for the tests of a file, each of which denies with the code `blackout` unless it says something else. */
export const createRuleFile = (): ((...rules: object[]) => string) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-rules-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  let written = 0;
  return (...rules) => {
    const file = join(folder, `rules-${++written}.yaml`);
    const complete = rules.map((rule, index) => ({
      id: `rule-${index}`,
      deny: { code: 'blackout' },
      ...rule,
    }));
    writeFileSync(file, JSON.stringify({ rules: complete }));
    return file;
  };
};
