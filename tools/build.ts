/**
 * Builds the published package: `src/` as JavaScript in `dist/`. Node strips no types under node_modules, so this
 * does it beforehand, with Node's own stripper: lines and columns stay as they are in the sources.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });
const out = values.out;

/** Relative imports name their file; built files are named `.js`. `#src/…` is resolved by dist/package.json. */
const toJavaScript = (source: string): string =>
  stripTypeScriptTypes(source).replace(
    /(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g,
    '$1$2$3.js$2',
  );

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
console.log(`built ${sources.length} files in ${out}`);
