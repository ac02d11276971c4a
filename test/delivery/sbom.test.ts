import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };
import { productionTree } from '../../tools/install-packed.ts';

const bill = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z.array(
    z.object({
      purl: z.string(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
    }),
  ),
});

const cwd = join(import.meta.dirname, '../..');
const sbom = bill.parse(
  JSON.parse(execFileSync('npm', ['run', '--silent', 'sbom'], { cwd, encoding: 'utf8' })),
);

test('the bill of materials is that of this version', () => {
  expect(sbom.metadata.component).toMatchObject({ name: 'kinpass', version: manifest.version });
});

test('it lists what an operator installs, each package in its locked version, and beside that only what is optional', () => {
  const listed = new Set(
    sbom.components.map(({ purl }) => decodeURIComponent(purl.replace(/^pkg:npm\//, ''))),
  );
  const installed = new Set(productionTree('kinpass').map(nameAndVersion));
  expect([...installed].filter((name) => !listed.has(name))).toEqual([]);
  const optional = Object.entries(packages).flatMap(([path, entry]) =>
    entry.optional ? [nameAndVersion(path)] : [],
  );
  expect([...listed].filter((name) => !installed.has(name) && !optional.includes(name))).toEqual([]);
  expect(sbom.components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([]);
});

const packages = lock.packages as Readonly<
  Record<string, { readonly version?: string; readonly optional?: boolean }>
>;

const nameAndVersion = (path: string): string =>
  `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${packages[path]?.version}`;
