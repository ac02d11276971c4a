export type FileType = 'svg' | 'png' | 'webp' | 'ico' | 'css';

const startsWith = (bytes: Uint8Array, hex: string): boolean =>
  Buffer.from(bytes.subarray(0, hex.length / 2)).toString('hex') === hex;

const isWebp = (bytes: Uint8Array): boolean =>
  startsWith(bytes, '52494646') && Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'WEBP';

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Before the root element: the XML declaration, comments, a document type. */
const svgStart =
  /^\s*(<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE\s+svg[^>[]*(\[[^\]]*\]\s*)?>\s*)*<svg[\s/>]/i;

/** What a file is by its content, whatever its name says. Text that is no markup counts as CSS. */
export const fileTypeOf = (bytes: Uint8Array): FileType | undefined => {
  if (startsWith(bytes, '89504e470d0a1a0a')) return 'png';
  if (isWebp(bytes)) return 'webp';
  if (startsWith(bytes, '00000100')) return 'ico';
  const text = textOf(bytes);
  if (text === undefined || text.includes('\0')) return undefined;
  if (svgStart.test(text)) return 'svg';
  return /^\s*</.test(text) ? undefined : 'css';
};
