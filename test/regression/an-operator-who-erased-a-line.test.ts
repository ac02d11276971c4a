import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinpass-erased-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = join(folder, 'kinpass.json');
const store = { kind: 'sqlite', file: join(folder, 'kinpass.db') } as const;
writeFileSync(config, JSON.stringify(minimalSettings({ keys: { directory: join(folder, 'keys') }, store })));

/** Moves the cursor up and empties the line there. */
const erases = '\u001b[1A\u001b[2K';

const kinpass = async (...args: string[]) => {
  await using run = runKinpass([...args, '--config', config], { env: { SUDO_USER: `olga${erases}` } });
  return { code: await run.ended, output: run.output };
};

test('an operator cannot take their entry off the screen by a name or an id', async () => {
  expect((await kinpass('keys', 'generate')).code).toBe(0);
  expect((await kinpass('revoke', 'jti', `token-1${erases}`)).code).not.toBe(0);
  const { output } = await kinpass('audit', 'list');
  expect(output).toContain('key.generate');
  expect(output).toContain('olga');
  expect(output).not.toContain('\u001b');
});
