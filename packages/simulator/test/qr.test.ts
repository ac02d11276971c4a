import { parse } from 'node-html-parser';
import { expect, test } from 'vitest';
import { qrSvg, qrTerminal } from '#src/story/qr';

const link = 'https://sso.example.com/device?user_code=BCDF-GHJK';

test('SVG and terminal draw the same modules, quiet zone included', () => {
  const svg = parse(qrSvg(link));
  const [, , size = 0] = (svg.querySelector('svg')?.getAttribute('viewBox') ?? '').split(' ').map(Number);
  const dark = new Set(qrSvg(link).match(/M\d+ \d+h1v1h-1z/g));
  const lines = qrTerminal(link).split('\n');
  expect(lines).toHaveLength(Math.ceil(size / 2));
  for (const [y, line] of lines.entries()) {
    for (const [x, glyph] of [...line].entries()) {
      expect(' ▀'.includes(glyph), `${x} ${y} below`).toBe(
        dark.has(`M${x} ${2 * y + 1}h1v1h-1z`) || 2 * y + 1 >= size,
      );
      expect(' ▄'.includes(glyph), `${x} ${y} above`).toBe(dark.has(`M${x} ${2 * y}h1v1h-1z`));
    }
  }
  expect(lines.slice(0, 2).join('')).toMatch(/^█+$/);
});
