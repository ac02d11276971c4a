/**
 * `npm run sbom` prints what a gateway is made of, as CycloneDX: the packages that an installation brings along, in the versions
 * of the lock file. In the clone, `npm sbom --omit dev` leaves out what a development dependency has too, so npm is shown a
 * manifest without any.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'kinpass-sbom-'));
// npm calls the whole by the name of its folder.
const project = join(folder, manifest.name);
const npm = (...args: readonly string[]) => execFileSync('npm', args, { cwd: project, encoding: 'utf8' });
try {
  mkdirSync(project);
  const published = { ...manifest, devDependencies: undefined, workspaces: undefined };
  writeFileSync(join(project, 'package.json'), JSON.stringify(published));
  copyFileSync(join(import.meta.dirname, '../package-lock.json'), join(project, 'package-lock.json'));
  npm(
    'install',
    '--package-lock-only',
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--silent',
  );
  process.stdout.write(npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'));
} finally {
  rmSync(folder, { recursive: true });
}
