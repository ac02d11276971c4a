import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig, parseConfig } from '#src/config/load';
import { minimalSettings } from '../support/minimal-settings.ts';

const cwd = mkdtempSync(join(tmpdir(), 'kinpass-config-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const token = (text: string) => text.padEnd(32, '0');
const withAdmin = (admin: object) => parseConfig({ ...minimalSettings(), admin });
const ops = { id: 'ops', token: token('ops'), roles: ['read'] };

test.each<[string, object[], string]>([
  ['too short', [{ ...ops, token: 'x'.repeat(31) }], 'admin.tokens[0].token  must be at least 32'],
  ['with a space', [{ ...ops, token: token('with a space') }], 'admin.tokens[0].token  must be'],
  ['without a role', [{ ...ops, roles: [] }], 'admin.tokens[0].roles'],
  ['with an unknown role', [{ ...ops, roles: ['admin'] }], 'admin.tokens[0].roles'],
  ['with an id that is no variable', [{ ...ops, id: 'a b' }], 'admin.tokens[0].id'],
  [
    'with the id of another',
    [ops, { ...ops, token: token('other') }],
    'admin.tokens[1].id  "ops" is used twice',
  ],
  [
    'that is another one',
    [ops, { ...ops, id: 'two' }],
    'admin.tokens[1].token  must not be that of admin.tokens[0]',
  ],
  [
    'with the name of who has none',
    [{ ...ops, id: 'loopback' }],
    'admin.tokens[0].id  "loopback" is the name',
  ],
])('a token %s is refused', (_what, tokens, fault) => {
  expect(() => withAdmin({ tokens })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining(fault) }),
  );
});

test.each(['0.0.0.0', '::', '10.0.0.5', 'admin.internal'])('a listener on %s needs a token', (host) => {
  const fault = expect.stringContaining(`admin.host  "${host}" is not a loopback address: set admin.tokens`);
  expect(() => withAdmin({ host })).toThrow(expect.objectContaining({ hint: fault }));
  expect(withAdmin({ host, tokens: [ops] }).admin.host).toBe(host);
});

test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('a listener on %s needs none', (host) => {
  expect(withAdmin({ host }).admin.tokens).toEqual([]);
});

test('tokens come from variables and files, by id', async () => {
  writeFileSync(
    join(cwd, 'kinpass.yaml'),
    JSON.stringify({
      ...minimalSettings(),
      admin: {
        tokens: [
          { id: 'ops', roles: ['read'] },
          { id: 'help-desk', roles: ['read'] },
        ],
      },
    }),
  );
  writeFileSync(join(cwd, 'token'), `${token('file')}\n`);
  const { admin } = await loadConfig({
    file: 'kinpass.yaml',
    cwd,
    env: {
      KINPASS_ADMIN_TOKENS_OPS_TOKEN: token('variable'),
      KINPASS_ADMIN_TOKENS_HELP_DESK_TOKEN_FILE: join(cwd, 'token'),
      KINPASS_ADMIN_TOKENS_HELP_DESK_ROLES: 'read, revoke',
    },
  });
  expect(admin.tokens).toEqual([
    { id: 'ops', token: token('variable'), roles: ['read'] },
    { id: 'help-desk', token: token('file'), roles: ['read', 'revoke'] },
  ]);
});
