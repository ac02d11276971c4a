import qrcode from 'qrcode-generator';
import { expect, test } from 'vitest';
import { qrTerminal } from '#src/story/qr';

const link = 'https://sso.example.com/device?user_code=BCDF-GHJK';
const quiet = 4;

test('the terminal shows the modules of the code inside a quiet zone', () => {
  const code = qrcode(0, 'M');
  code.addData(link, 'Byte');
  code.make();
  const size = code.getModuleCount() + 2 * quiet;
  const inside = (at: number) => at >= quiet && at < size - quiet;
  const isLight = (x: number, y: number) =>
    y < size && !(inside(x) && inside(y) && code.isDark(y - quiet, x - quiet));

  const lines = qrTerminal(link).split('\n');
  expect(lines).toHaveLength(Math.ceil(size / 2));
  for (const [row, line] of lines.entries()) {
    for (const [x, glyph] of [...line].entries()) {
      expect('█▀'.includes(glyph), `${x} ${2 * row}`).toBe(isLight(x, 2 * row));
      expect('█▄'.includes(glyph), `${x} ${2 * row + 1}`).toBe(isLight(x, 2 * row + 1));
    }
  }
});
