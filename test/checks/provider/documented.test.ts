import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checksOf, type Kind } from './checks-of.ts';

const page = readFileSync(new URL('../../../docs/idp-check.md', import.meta.url), 'utf8');

const kinds: readonly Kind[] = ['oidc', 'google', 'facebook'];

const groups: Readonly<Record<string, readonly string[]>> = {
  all: kinds,
  OpenID: ['oidc', 'google'],
};

test('docs/idp-check.md lists every check, its question, and the kinds that have it', () => {
  const documented = [
    ...page.matchAll(/^\| `(provider\.[\w-]+)` \| (.+?) \|.*\| (\w+) \| [^|]+ \|$/gm),
  ].flatMap(([, id = '', question = '', kind = '']) =>
    (groups[kind] ?? [kind]).map((one) => `${one} ${id}: ${question}`),
  );
  const inCode = kinds.flatMap((kind) =>
    checksOf(kind).map(({ id, question }) => `${kind} ${id}: ${question}`),
  );
  expect(documented.sort()).toEqual(inCode.sort());
});

test('a check needs only checks of its own kind, or none', () => {
  for (const kind of kinds) {
    const checks = checksOf(kind);
    const ids = new Set(checks.map(({ id }) => id));
    const missing = checks.flatMap(({ needs = [] }) => needs.filter((id) => !ids.has(id)));
    expect(missing).toEqual([]);
  }
});
