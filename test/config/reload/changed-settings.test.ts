import { expect, test } from 'vitest';
import { changedSettings } from '#src/config/reload/changed-settings';

const app = (id: string, more: object = {}) => ({
  id,
  name: id,
  redirectUris: ['https://a.example'],
  ...more,
});

test.each<[string, unknown, unknown, string[]]>([
  ['nothing', { a: { b: [1] } }, { a: { b: [1] } }, []],
  ['a setting of a section', { limits: { code: 1, ip: 2 } }, { limits: { code: 1, ip: 3 } }, ['limits.ip']],
  ['a section that is new', {}, { brand: { name: 'x' } }, ['brand']],
  ['a list of texts', { proxies: ['a'] }, { proxies: ['a', 'b'] }, ['proxies']],
  ['a list of texts that is empty', { proxies: [] }, { proxies: ['b'] }, ['proxies']],
  ['entries in another order', { apps: [app('tv'), app('web')] }, { apps: [app('web'), app('tv')] }, []],
  [
    'entries changed, added and removed',
    { apps: [app('tv'), app('old')] },
    { apps: [app('new'), app('tv', { name: 'TV', redirectUris: [] })] },
    ['apps[tv].name', 'apps[tv].redirectUris', 'apps[old]', 'apps[new]'],
  ],
  ['the first entry', { admin: { tokens: [] } }, { admin: { tokens: [{ id: 'a' }] } }, ['admin.tokens[a]']],
])('%s', (_what, before, after, names) => expect(changedSettings(before, after)).toEqual(names));
