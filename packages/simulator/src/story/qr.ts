import qrcode from 'qrcode-generator';

const quiet = 4; // modules of quiet zone around the code (ISO/IEC 18004)

const modules = (text: string): { size: number; dark: (x: number, y: number) => boolean } => {
  const code = qrcode(0, 'M');
  code.addData(text, 'Byte');
  code.make();
  const size = code.getModuleCount();
  return {
    size: size + 2 * quiet,
    dark: (x, y) => {
      const [column, row] = [x - quiet, y - quiet];
      return column >= 0 && row >= 0 && column < size && row < size && code.isDark(row, column);
    },
  };
};

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** A QR code in half-block characters that draw its light modules, for terminals with a dark background. */
export const qrTerminal = (text: string): string => {
  const { size, dark } = modules(text);
  const light = (x: number, y: number) => y < size && !dark(x, y);
  const glyph = (x: number, y: number) =>
    light(x, y) ? (light(x, y + 1) ? '█' : '▀') : light(x, y + 1) ? '▄' : ' ';
  return range(Math.ceil(size / 2))
    .map((line) =>
      range(size)
        .map((x) => glyph(x, line * 2))
        .join(''),
    )
    .join('\n');
};
