import { z } from 'zod';
import { importLine } from '#src/families/import/line';
import { refusals } from '#src/families/import/refusal';
import type { Schema } from './schema-table.ts';

const branches = (z.toJSONSchema(importLine, { io: 'input' }) as Schema).oneOf ?? [];

/** Members of an object or of the entries of a list have rows of their own, after that of the whole. */
const memberRows = (node: Schema, path = ''): string[] =>
  Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const at = `${path}${name}`;
    const isRequired = node.required?.includes(name);
    const members = child.items ?? child;
    const kind = members.properties ? (child.items ? 'list of objects' : 'object') : 'string';
    const row = `| \`${at}\` | ${kind} | ${isRequired ? 'required' : ''} | ${child.description ?? ''} |`;
    return [row, ...memberRows(members, `${at}${child.items ? '[]' : ''}.`)];
  });

const typeIn = ({ properties }: Schema): string => String(properties?.['type']?.const);

/** Every member of a line of an import, and every reason to refuse one. */
export const importPage = (): string =>
  [
    '# Lines of an import',
    '',
    'Generated from `src/families/import/` by `npm run docs`. `kinpass import` reads one JSON object a line, in UTF-8, of at most',
    '65,536 bytes; empty lines are left out. What the lines are for: [migration](migration.md).',
    '',
    ...branches.flatMap((branch) => [
      `## \`"type": "${typeIn(branch)}"\``,
      '',
      '| member | type | | meaning |',
      '|---|---|---|---|',
      ...memberRows(branch).filter((row) => !row.startsWith('| `type` |')),
      '',
    ]),
    '## Reasons to refuse a line',
    '',
    'Each is printed with the number of the line and the member. The other lines are imported.',
    '',
    '| code | |',
    '|---|---|',
    ...Object.entries(refusals).map(([code, text]) => `| \`${code}\` | ${text} |`),
    '',
  ].join('\n');
