import { expect, test } from 'vitest';
import { chained, entryText, parseEntry } from '#src/stores/audit-chain';
import { auditRecord } from '../support/builders.ts';

const line = entryText(chained(auditRecord({ actor: 'olga@admin-1' }), undefined));

// The hash covered the last of two members with one name; grep and other parsers read the first.
test.each([
  ['a second actor before the first', line.replace('{', '{"actor":"otto@admin-2",')],
  ['a member that is dropped when it is read', line.replace('{', '{"__proto__":{"actor":"otto"},')],
  ['the same in its details', line.replace('"details":{', '"details":{"__proto__":"otto"')],
  ['a letter in another spelling', line.replace('olga', '\\u006flga')],
])('an exported entry with %s is not as it was exported', (_what, text) => {
  expect(text).not.toBe(line);
  expect(parseEntry(text)).toBeUndefined();
});

test('the order of its members does not matter: the admin listener and the log have another one', () => {
  const entry = parseEntry(line);
  const { actor, ...others } = JSON.parse(line);
  expect(entry).toBeDefined();
  expect(parseEntry(JSON.stringify({ ...others, actor }))).toEqual(entry);
});
