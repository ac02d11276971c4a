import { describe, expect, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { contrast } from '#src/lib/contrast';
import { KinpassError } from '#src/lib/errors';
import { palettesOf } from '#src/lib/palette';
import { twoFamilies } from '../../support/two-families.ts';

interface Given {
  readonly family?: unknown;
  readonly app?: unknown;
}

const config = ({ family, app }: Given) => {
  const { families, apps } = twoFamilies();
  return {
    publicOrigin: 'https://sso.ref.example',
    identityProviders: ['dtc', 'google', 'facebook'].map((id) => ({
      id,
      kind: 'oidc',
      label: id,
      issuer: `https://${id}.example`,
      clientId: 'kinpass',
      clientSecret: 'secret',
    })),
    families: families.map((each, index) => (index === 0 ? { ...each, brand: family } : each)),
    apps: apps.map((each, index) => (index === 0 ? { ...each, brand: app } : each)),
  };
};

const faultsOf = (given: Given): string => {
  try {
    parseConfig(config(given));
    return '';
  } catch (error) {
    return error instanceof KinpassError ? String(error.hint) : String(error);
  }
};

test('our own colors pass in both schemes, and so does every accent that stands out from the card', () => {
  expect(faultsOf({ family: {}, app: { colors: {} } })).toBe('');
  for (const accent of ['#e50914', '#003087', '#0a7d33', '#000', '#7B2FF7'])
    expect(faultsOf({ family: { colors: { accent } } }), accent).toBe('');
});

test('the text on an accent is white, or black where white is hard to read', () => {
  expect(palettesOf({ accent: '#003087' }).light.accentText).toBe('#ffffff');
  expect(palettesOf({ dark: { accent: '#ffd400' } }).dark.accentText).toBe('#000000');
});

test('the dark scheme takes the accent of the light one, as light as it has to be there', () => {
  const { dark } = palettesOf({ accent: '#003087' });
  expect(contrast(dark.accent, dark.card)).toBeGreaterThanOrEqual(3);
  expect(contrast(dark.accent, dark.card)).toBeLessThan(3.2);
  expect(palettesOf({ accent: '#003087', dark: { accent: '#ffffff' } }).dark.accent).toBe('#ffffff');
});

test('a fault names the pair, its ratio and the nearest color that passes; with that color it is gone', () => {
  const faults = faultsOf({ family: { colors: { accent: '#ffd400' } } });
  expect(faults).toMatch(
    /families\[0\]\.brand\.colors\.accent {2}is hard to see: accent #ffd400 on background #f4f5f8 has a contrast of 1\.\d+:1, and edges and the focus ring must have 3:1/,
  );
  const [, nearest] = /→ write "(#[0-9a-f]{6})"/.exec(faults) ?? [];
  expect(faultsOf({ family: { colors: { accent: nearest } } })).toBe('');
});

test.each([
  ['text', { text: '#888888' }, /colors\.text .*text #888888 on background .* and text must have 4\.5:1/],
  ['secondary text', { quietText: '#999999' }, /colors\.quietText .*quietText #999999 on card/],
  ['the text of buttons', { accentText: '#2f4fd8' }, /colors\.accentText .*accentText #2f4fd8 on accent/],
  ['edges of fields', { border: '#dddddd' }, /colors\.border .*border #dddddd on card/],
  ['a card that takes our text away', { card: '#16181d' }, /colors\.card .*text #16181d on card #16181d/],
  ['the dark scheme', { dark: { text: '#333' } }, /colors\.dark\.text .*text #333333 on background/],
])('%s must be legible', (_what, colors, fault) => {
  expect(faultsOf({ family: { colors } })).toMatch(fault);
});

describe.each(['text', 'quietText', 'accent', 'border'])('%s must stand out', (front) => {
  test.each(['background', 'card'])('from the %s, in both schemes', (back) => {
    const light = faultsOf({ family: { colors: { [front]: '#f8f8f8' } } });
    expect(light).toContain(`colors.${front}  is hard to see: ${front} #f8f8f8 on ${back} `);
    const dark = faultsOf({ family: { colors: { dark: { [front]: '#1a1a20' } } } });
    expect(dark).toContain(`colors.dark.${front}  is hard to see: ${front} #1a1a20 on ${back} `);
  });
});

test('the line runs where WCAG draws it', () => {
  const white = { card: '#ffffff', background: '#ffffff' };
  expect(faultsOf({ family: { colors: { ...white, quietText: '#767676', border: '#949494' } } })).toBe('');
  expect(faultsOf({ family: { colors: { ...white, quietText: '#777777' } } })).toMatch(/4\.47:1/);
  expect(faultsOf({ family: { colors: { ...white, border: '#959595' } } })).toMatch(/2\.99:1/);
});

test("an app's colors lie over its family's: only what it changes is its fault", () => {
  const family = {
    colors: { card: '#101010', background: '#000000', text: '#ffffff', quietText: '#cccccc' },
  };
  const accent = { accent: '#ff5533', border: '#999999' };
  expect(faultsOf({ family: { colors: { ...family.colors, ...accent } }, app: { colors: {} } })).toBe('');
  const faults = faultsOf({
    family: { colors: { ...family.colors, ...accent } },
    app: { colors: { text: '#222222' } },
  });
  expect(faults).toMatch(/apps\[0\]\.brand\.colors\.text .*text #222222 on card #101010/);
  expect(faults).not.toMatch(/families/);
});

test.each([
  [{ colors: { accent: 'red' } }, /brand\.colors\.accent .*must be a color such as "#2f4fd8"/],
  [{ colors: { accent: '#12345' } }, /brand\.colors\.accent/],
  [{ name: { xx: 'REF' } }, /brand\.name/],
  [{ name: {} }, /brand\.name/],
  [{ links: { terms: 'javascript:alert(1)' } }, /brand\.links\.terms/],
  [{ color: {} }, /brand/],
])('%j is not a brand', (family, fault) => {
  expect(faultsOf({ family })).toMatch(fault);
});

test('a name holds no mark that turns the direction of what follows', () => {
  expect(faultsOf({ family: { name: 'A\u202eB' } })).toContain('marks that change the direction of text');
  expect(faultsOf({ family: { name: 'شبكة التلفزيون' } })).toBe('');
});

test('a file that is not named as CSS is not published as CSS', () => {
  expect(faultsOf({ family: { stylesheet: 'keys/cookie.secret' } })).toContain(
    'must be a file whose name ends in .css',
  );
});
