import { expect, test } from 'vitest';
import { createPathOf } from '#src/adobe-pass/path';
import { operationTable } from '#src/rest-v2/operations';
import { call, startGatewaySide } from './gateway-side.ts';

const origin = 'https://sp.auth.adobe.com';

test('ids as Adobe gives them stand in the path as they are', () => {
  for (const mvpd of ['Cablevision', 'AdobePass_SMI', 'hargray.auth-gateway.net', 'TempPass_TEST40']) {
    const path = createPathOf(origin, '/api/v2/{sp}/profiles/{mvpd}')({ sp: 'REF30', mvpd });
    expect(path).toBe(`/api/v2/REF30/profiles/${mvpd}`);
  }
});

test.for(['a', '7', 'Z.', 'a-_~b', 'x'.repeat(128)])('%s is a path segment', (code) => {
  expect(createPathOf(origin, '/sessions/{code}')({ code })).toBe(`/sessions/${code}`);
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
  expect(side.adobe.heard).toEqual([]);
});

test('a parameter that is inherited, missing or no text is refused', () => {
  expect(() => createPathOf(origin, '/{constructor}')({})).toThrow('A parameter is missing or malformed.');
  expect(() => createPathOf(origin, '/{code}')({ code: ['a'] as unknown as string })).toThrow();
});

test('a template that would leave the origin is refused', () => {
  const altered = {
    code: 'gateway_parameter_invalid',
    field: 'path',
    detail: 'the URL was altered by its parameters',
  };
  for (const template of ['//evil.example/{code}', 'https://evil.example/{code}', '/a/../{code}', '{code}'])
    expect(() => createPathOf(origin, template)).toThrow(expect.objectContaining(altered));
});

test('an origin must be nothing but an origin', () => {
  for (const other of [`${origin}/`, `${origin}/api`, 'https://ana@sp.auth.adobe.com'])
    expect(() => createPathOf(other, '/{code}')).toThrow();
});

test('a template without parameters needs none', () => {
  expect(createPathOf(origin, '/api/v2')()).toBe('/api/v2');
  expect(() => createPathOf(origin, '/{code}')()).toThrow(expect.objectContaining({ field: 'code' }));
});

/** What a URL makes of the same, which the gateway used to ask at each call; undefined where it would alter something. */
const byUrl = (template: string, values: Record<string, string>, query: Record<string, string>) => {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const url = new URL(path, origin);
  if (url.origin !== origin || url.pathname !== path) return undefined;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.pathname + url.search;
};

const alphabet = [...'abzAZ019._~-%/\\?#&=+ ;:@{}[]"\'<>|^`\0\t\né€📺', '%2e', '%2F', '..', '__proto__'];

test('whatever is asked for, the path is the one that a URL would have', () => {
  let seed = 1;
  const below = (count: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % count;
  };
  const text = (letters: readonly string[], most: number): string =>
    Array.from({ length: below(most) }, () => letters[below(letters.length)]).join('');
  let passed = 0;
  for (const { path: template } of operationTable) {
    const pathOf = createPathOf(origin, template);
    for (let round = 0; round < 2_000; round++) {
      const letters = below(4) === 0 ? alphabet : alphabet.slice(0, 13);
      const values = { serviceProvider: text(letters, 8), mvpd: text(letters, 130), code: text(letters, 8) };
      const query = { redirectUrl: text(alphabet, 20), [text(alphabet, 3)]: text(alphabet, 3) };
      let path: string | undefined;
      try {
        path = pathOf(values, query);
      } catch {
        continue;
      }
      passed += 1;
      expect(path).toBe(byUrl(template, values, query));
    }
  }
  expect(passed).toBeGreaterThan(1_000);
});

test('a query value stays one value', () => {
  const query = { redirectUrl: 'https://a.example/?b=c&scope=admin#d', absent: undefined };
  const url = new URL(createPathOf(origin, '/x')({}, query), origin);
  expect([...url.searchParams]).toEqual([['redirectUrl', 'https://a.example/?b=c&scope=admin#d']]);
});
