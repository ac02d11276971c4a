import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createProviderChecks } from '#src/checks/provider/provider-checks';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';

const page = readFileSync(new URL('../../../docs/idp-check.md', import.meta.url), 'utf8');

const kinds = {
  oidc: { issuer: 'https://op.example' },
  google: {},
  facebook: { clientSecret: 'secret' },
};

const checksOf = (kind: keyof typeof kinds) => {
  const config = identityProviderSchema.parse({
    id: 'op',
    label: 'OP',
    kind,
    clientId: 'kinpass',
    ...kinds[kind],
  });
  const input = { config, families: [], publicOrigin: 'https://sso.example', insecureHttp: false };
  return createProviderChecks(input, { clock: systemClock, ids: systemIds });
};

const groups: Readonly<Record<string, readonly string[]>> = {
  all: ['oidc', 'google', 'facebook'],
  OpenID: ['oidc', 'google'],
};

test('docs/idp-check.md lists every check, its question, and the kinds that have it', () => {
  const documented = [
    ...page.matchAll(/^\| `(provider\.[\w-]+)` \| (.+?) \|.*\| (\w+) \| [^|]+ \|$/gm),
  ].flatMap(([, id = '', question = '', kind = '']) =>
    (groups[kind] ?? [kind]).map((one) => `${one} ${id}: ${question}`),
  );
  const inCode = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) =>
    checksOf(kind).map(({ id, question }) => `${kind} ${id}: ${question}`),
  );
  expect(documented.sort()).toEqual(inCode.sort());
});

test('a check needs only checks of its own kind, or none', () => {
  for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
    const checks = checksOf(kind);
    const ids = new Set(checks.map(({ id }) => id));
    const missing = checks.flatMap(({ needs = [] }) => needs.filter((id) => !ids.has(id)));
    expect(missing).toEqual([]);
  }
});
