/**
 * Builds the published package: `src/` as JavaScript in `dist/`. Node strips no types under node_modules, so this
 * does it beforehand, with Node's own stripper: lines and columns stay as they are in the sources. Types are declared
 * for what the package exports, the simulator.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });
const out = values.out;

const relativeImport = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/** Relative imports name their file; built files are named `.js`. `#src/…` is resolved by dist/package.json. */
const toJavaScript = (source: string): string =>
  stripTypeScriptTypes(source).replace(relativeImport, '$1$2$3.js$2');

/** Declarations of one module and of every module whose types it names. */
const declare = async (entry: string): Promise<number> => {
  const declared = await mkdtemp(join(tmpdir(), 'kinpass-declarations-'));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const project = join(root, 'tools/tsconfig.declarations.json');
  execFileSync(process.execPath, [compiler, '-p', project, '--outDir', declared], { stdio: 'inherit' });
  const reached = new Set([entry]);
  for (const module of reached) {
    const text = await readFile(join(declared, `${module}.d.ts`), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/['"]((?:#src|\.{1,2})\/[^'"]+)['"]/g))
      reached.add(
        specifier.startsWith('#src/')
          ? specifier.slice('#src/'.length)
          : posix.join(posix.dirname(module), specifier).replace(/\.ts$/, ''),
      );
    await writeFile(join(out, `${module}.d.ts`), text.replace(relativeImport, '$1$2$3.js$2'));
  }
  await rm(declared, { recursive: true });
  return reached.size;
};

await rm(out, { recursive: true, force: true });
const files = await readdir(join(root, 'src'), { recursive: true });
const sources = files.filter((path) => path.endsWith('.ts'));
for (const path of sources) {
  const target = join(out, path.replace(/\.ts$/, '.js'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, toJavaScript(await readFile(join(root, 'src', path), 'utf8')));
}
await writeFile(
  join(out, 'package.json'),
  `${JSON.stringify({ type: 'module', imports: { '#src/*': './*.js' } }, null, 2)}\n`,
);
const scenarios = 'simulator/scenarios/shipped';
await cp(join(root, 'src', scenarios), join(out, scenarios), { recursive: true });
const declared = await declare('simulator/simulator');
console.log(`built ${sources.length} files and the declarations of ${declared} in ${out}`);
