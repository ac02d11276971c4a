import { expect, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { minimalSettings } from '../support/minimal-settings.ts';

const token = (text: string) => text.padEnd(32, '0');
const origin = { id: 'origin', token: token('origin') };
const admin = { tokens: [{ id: 'ops', token: token('ops'), roles: ['read'] }] };

test.for<[string, object[], string]>([
  [
    'with a short token',
    [{ ...origin, token: 'x'.repeat(31) }],
    'mediaTokens.servers[0].token  must be at least 32',
  ],
  [
    'with the id of another',
    [origin, { ...origin, token: token('two') }],
    'mediaTokens.servers[1].id  "origin" is used twice',
  ],
  [
    'with the token of another',
    [origin, { ...origin, id: 'two' }],
    'mediaTokens.servers[1].token  must not be that of mediaTokens.servers[0]',
  ],
  [
    'that opens the admin listener',
    [{ ...origin, token: token('ops') }],
    'mediaTokens.servers[0].token  must not be that of admin.tokens[0]',
  ],
])('a media server %s is refused', ([, servers, fault]) => {
  expect(() => parseConfig({ ...minimalSettings(), admin, mediaTokens: { servers } })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining(fault) }),
  );
});
