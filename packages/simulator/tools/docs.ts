// Writes the generated parts of docs/ from the code; a test fails when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { guideWithTables, worldFilePage } from './guide.ts';
import { withSwitches } from './switches.ts';

const page = (name: string): URL => new URL(`../docs/${name}`, import.meta.url);

const adobePass = page('adobe-pass.md');
writeFileSync(adobePass, withSwitches(readFileSync(adobePass, 'utf8')));

const guide = page('guide.md');
writeFileSync(guide, await guideWithTables(readFileSync(guide, 'utf8')));

writeFileSync(page('world.md'), worldFilePage());
