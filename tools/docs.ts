// Writes docs/errors.md and docs/configuration.md from the code; a test fails when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { guideWithTables, worldFilePage } from '../packages/simulator/tools/guide.ts';
import { withSwitches } from '../packages/simulator/tools/switches.ts';
import { openApiDocument } from './openapi-document.ts';
import { configurationPage, errorsPage } from './reference-pages.ts';

writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsPage());
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage());
writeFileSync(new URL('../docs/openapi.json', import.meta.url), openApiDocument());

const simulatorPage = new URL('../packages/simulator/docs/adobe-pass.md', import.meta.url);
writeFileSync(simulatorPage, withSwitches(readFileSync(simulatorPage, 'utf8')));

const guide = new URL('../packages/simulator/docs/guide.md', import.meta.url);
writeFileSync(guide, await guideWithTables(readFileSync(guide, 'utf8')));
writeFileSync(new URL('../packages/simulator/docs/world.md', import.meta.url), worldFilePage());
