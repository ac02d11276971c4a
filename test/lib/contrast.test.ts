import { expect, test } from 'vitest';
import { contrast, mix, nearestColor } from '#src/lib/contrast';

// Pairs and ratios that are published beside WCAG 2.2, 1.4.3: understanding documents and technique G18.
test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  ['#767676', '#ffffff', 4.54],
  ['#777777', '#ffffff', 4.48],
  ['#949494', '#ffffff', 3.03],
  ['#ff0000', '#ffffff', 4.0],
  ['#0000ff', '#ffffff', 8.59],
  ['#ffff00', '#ffffff', 1.07],
  ['#1877f2', '#ffffff', 4.23],
])('%s on %s has a contrast of %f, either way around', (front, back, ratio) => {
  expect(contrast(front, back)).toBeCloseTo(ratio, 2);
  expect(contrast(back, front)).toBe(contrast(front, back));
});

test('a ratio is not rounded up to what it must be', () => {
  expect(contrast('#959595', '#ffffff')).toBeCloseTo(3, 1);
  expect(nearestColor('#959595', ['#ffffff'], 3)).not.toBe('#959595');
});

test('a color that passes is its own nearest', () => {
  expect(nearestColor('#767676', ['#ffffff'], 4.5)).toBe('#767676');
});

test('the nearest color is as dark as it must be, and no darker', () => {
  const found = nearestColor('#ffd400', ['#ffffff'], 4.5) ?? '';
  expect(contrast(found, '#ffffff')).toBeGreaterThanOrEqual(4.5);
  expect(contrast(mix(found, '#ffd400', 0.05), '#ffffff')).toBeLessThan(4.5);
});

test('against a dark color it is lighter instead', () => {
  const found = nearestColor('#7a0000', ['#101010'], 3) ?? '';
  expect(contrast(found, '#101010')).toBeGreaterThanOrEqual(3);
  expect(contrast(found, '#ffffff')).toBeLessThan(contrast('#7a0000', '#ffffff'));
});

test('there may be none: no color is far from white and from black at once', () => {
  expect(nearestColor('#808080', ['#ffffff', '#000000'], 7)).toBeUndefined();
});

test('colors mix by shares', () => {
  expect(mix('#000000', '#ffffff', 0)).toBe('#000000');
  expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080');
  expect(mix('#0a0b0c', '#ffffff', 1)).toBe('#ffffff');
});
