// Writes the generated pages of docs/ from the code; a test fails when they differ.
import { writeFileSync } from 'node:fs';
import { publishedSchema } from '#src/config/published/published-schema';
import { sampleYaml } from '#src/config/published/sample';
import manifest from '../package.json' with { type: 'json' };
import { capacityPage } from './capacity/page.ts';
import { pieces } from './capacity/pieces.ts';
import { importPage } from './import-page.ts';
import { openApiDocument } from './openapi-document.ts';
import { pathsPage } from './paths-page.ts';
import { configurationPage, errorsPage } from './reference-pages.ts';

writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsPage());
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage());
writeFileSync(new URL('../docs/openapi.json', import.meta.url), openApiDocument());
writeFileSync(new URL('../docs/paths.md', import.meta.url), pathsPage());
writeFileSync(new URL('../docs/import-lines.md', import.meta.url), importPage());
writeFileSync(new URL('../docs/capacity.md', import.meta.url), capacityPage(pieces));
writeFileSync(new URL('../docs/kinpass.schema.json', import.meta.url), publishedSchema(manifest.version));
writeFileSync(new URL('../docs/kinpass.sample.yaml', import.meta.url), sampleYaml('kinpass.schema.json'));
