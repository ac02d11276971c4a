import { expect, test } from 'vitest';
import { describePlace, readPostgresUrl } from '#src/lib/postgres-url';

const login = { user: 'kinpass', password: 's,e@c/ret', database: 'data' };

test.each<[string, object]>([
  ['db.example.com', [{ host: 'db.example.com', port: 5432 }]],
  ['[::1]:6432', [{ host: '::1', port: 6432 }]],
  ['%2Fvar%2Frun%2Fpostgresql', [{ host: '/var/run/postgresql', port: 5432 }]],
  [
    'db1,db2:6432,[2001:db8::1]',
    [
      { host: 'db1', port: 5432 },
      { host: 'db2', port: 6432 },
      { host: '2001:db8::1', port: 5432 },
    ],
  ],
])('hosts: %s', (text, hosts) => {
  const url = `postgres://kinpass:s%2Ce%40c%2Fret@${text}/data`;
  expect(readPostgresUrl(url)).toEqual({ ...login, hosts });
});

test('a message names all hosts, and no password', () => {
  const place = readPostgresUrl('postgresql://kinpass:secret@db1,[2001:db8::1]:6432/data');
  expect(place && describePlace(place)).toBe('database "data" at db1:5432, [2001:db8::1]:6432');
});

test.each([
  'postgres://kinpass@db1,/data',
  'postgres://kinpass@,db1/data',
  'postgres://kinpass@db1,db2:x/data',
  'postgres://kinpass@db1,db2/data?target_session_attrs=read-write',
  'postgres://db1,db2/data',
  'postgres://kinpass@db1,db2/',
  'mysql://kinpass@db1/data',
])('%s is none', (text) => {
  expect(readPostgresUrl(text)).toBeUndefined();
});
