import { expect, test } from 'vitest';
import { urlOf } from '#src/adobe-pass/path';
import { call, startGatewaySide } from './gateway-side.ts';

const origin = 'https://sp.auth.adobe.com';

test('ids as Adobe gives them stand in the path as they are', () => {
  for (const mvpd of ['Cablevision', 'AdobePass_SMI', 'hargray.auth-gateway.net', 'TempPass_TEST40']) {
    expect(urlOf(origin, '/api/v2/{sp}/profiles/{mvpd}', { sp: 'REF30', mvpd }).href).toBe(
      `${origin}/api/v2/REF30/profiles/${mvpd}`,
    );
  }
});

test.for(['a', '7', 'Z.', 'a-_~b', 'x'.repeat(128)])('%s is a path segment', (code) => {
  expect(urlOf(origin, '/sessions/{code}', { code }).href).toBe(`${origin}/sessions/${code}`);
});

const tricks = [
  '',
  '.',
  '..',
  '...',
  '.hidden',
  '%2e%2e',
  '%252e',
  '%2f',
  '%5c',
  'a/b',
  'a\\b',
  '//',
  '/./',
  'a;x',
  'a?x',
  'a#x',
  'a b',
  'a\0',
  'a\r\nb',
  '%E0%A4%A',
  'é',
  '{mvpd}',
  '@evil',
  'A'.repeat(129),
];

test.for(tricks)('%j is no path segment', async (trick) => {
  await using side = await startGatewaySide();
  const { pass } = side;
  const refused = (field: string) => ({ code: 'gateway_parameter_invalid', field });
  await expect(pass.getProfile({ ...call, mvpd: trick })).rejects.toMatchObject(refused('mvpd'));
  await expect(pass.getSession({ ...call, code: trick })).rejects.toMatchObject(refused('code'));
  await expect(pass.getProfiles({ ...call, serviceProvider: trick })).rejects.toMatchObject(
    refused('serviceProvider'),
  );
  expect(() => pass.authenticateUrl({ serviceProvider: 'REF30', code: trick })).toThrow();
  expect(side.adobe.heard).toEqual([]);
});

test('a parameter that is inherited, missing or no text is refused', () => {
  expect(() => urlOf(origin, '/{constructor}', {})).toThrow('A parameter is missing or malformed.');
  expect(() => urlOf(origin, '/{code}', { code: ['a'] as unknown as string })).toThrow();
});

test('a template that would leave the origin is refused', () => {
  const altered = {
    code: 'gateway_parameter_invalid',
    field: 'path',
    detail: 'the URL was altered by its parameters',
  };
  for (const template of ['//evil.example/{code}', 'https://evil.example/{code}', '/a/../{code}', '{code}'])
    expect(() => urlOf(origin, template, { code: 'a' })).toThrow(expect.objectContaining(altered));
});

test('an origin must be nothing but an origin', () => {
  for (const other of [`${origin}/`, `${origin}/api`, 'https://ana@sp.auth.adobe.com'])
    expect(() => urlOf(other, '/{code}', { code: 'a' })).toThrow();
});

test('a template without parameters needs none', () => {
  expect(urlOf(origin, '/api/v2').href).toBe(`${origin}/api/v2`);
  expect(() => urlOf(origin, '/{code}')).toThrow(expect.objectContaining({ field: 'code' }));
});

test('a query value stays one value', () => {
  const url = urlOf(
    origin,
    '/x',
    {},
    { redirectUrl: 'https://a.example/?b=c&scope=admin#d', absent: undefined },
  );
  expect([...url.searchParams]).toEqual([['redirectUrl', 'https://a.example/?b=c&scope=admin#d']]);
});
