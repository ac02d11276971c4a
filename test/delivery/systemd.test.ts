import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configSchema } from '#src/config/schema';
import manifest from '../../package.json' with { type: 'json' };

const path = join(import.meta.dirname, '../../deploy/kinpass.service');
const unit = readFileSync(path, 'utf8');
const directive = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

const version = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout ?? '';
// Older ones judge only units that are loaded.
const whereItIs = test.skipIf(!(Number(/systemd (\d+)/.exec(version)?.[1]) >= 250));

test('it starts what the package installs, and stops it in the time that the gateway takes', () => {
  expect(directive('ExecStart')).toBe(
    `/usr/bin/node /opt/kinpass/node_modules/kinpass/${manifest.bin.kinpass} serve`,
  );
  const { delay, grace } = configSchema.shape.shutdown.parse({});
  expect(Number(directive('TimeoutStopSec')) * 1_000).toBeGreaterThan(delay + grace);
});

test('the package brings it along', () => {
  expect(manifest.files).toContain('deploy/kinpass.service');
});

whereItIs('systemd understands every line (skipped without systemd-analyze 250)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-unit-'));
  const copy = join(folder, 'kinpass.service');
  writeFileSync(copy, unit.replace('/usr/bin/node', process.execPath));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', copy], { encoding: 'utf8' });
  const ours = stderr.split('\n').filter((line) => line.includes('kinpass.service'));
  expect([status, ours]).toEqual([0, []]);
});

whereItIs('systemd finds little left to take from it', () => {
  const args = ['security', '--offline=true', '--no-pager', '--threshold=20', path];
  expect(execFileSync('systemd-analyze', args, { encoding: 'utf8' })).toMatch(
    /exposure level.*: [01]\.\d OK/,
  );
});
