import { type Buffer, isUtf8 } from 'node:buffer';
import { anything, type Expected, nextHash } from './expected.ts';

/** Deeper ones are refused in any case, before they overflow a stack. */
const maxLevels = 64;
/** More would not be the same number everywhere (RFC 7493 §2.2). */
const maxDigits = 15;

const [quote, backslash, comma, colon, minus, dot, zero, nine] = [34, 92, 44, 58, 45, 46, 48, 57];
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125];
const [space, tab, lineFeed, carriageReturn] = [32, 9, 10, 13];
const [lowerE, upperE, lowerF, lowerN, lowerT] = [101, 69, 102, 110, 116];

/** The state of one scan, which is over before another begins: the bytes, with a zero after the last, */
const source = new Uint8Array(2 ** 20 + 1);
/** of each open level what it must hold, */
const levels: Expected[] = Array.from({ length: maxLevels }, () => anything);
/** the bits of its members that were found, */
const found = new Int32Array(maxLevels);
/** and where its names begin in `hashes`; −1 for a list. */
const bases = new Int32Array(maxLevels);
let hashes = new Int32Array(1_024);
let top = 0;
let depth = 0;
/** What the value must be that the scan stands in front of. */
let expected = anything;
/** No text has an escape or a control character: each ends at the next quotation mark. */
let isPlain = false;

/**
 * Whether bytes are a JSON text of a shape, without building its values. Accepts less than JSON: only what all parsers read
 * alike (RFC 7493). UTF-8, no duplicate names in an object, no `__proto__`, no escapes in names, no `\u`, numbers of at most
 * 15 digits and without exponent, at most 64 levels. Everything else must be parsed.
 */
export const matches = (bytes: Buffer, shape: Expected): boolean => {
  if (bytes.length >= source.length || !isUtf8(bytes)) return false;
  source.set(bytes);
  source[bytes.length] = 0;
  // Searching is faster in a string of one byte per character, reading single characters in the bytes.
  const text = bytes.toString('latin1');
  return !text.includes('__proto__') && scan(text, shape, hasControls(bytes));
};

const scan = (text: string, shape: Expected, isMultiline: boolean): boolean => {
  isPlain = !isMultiline && !text.includes('\\');
  top = 0;
  depth = 0;
  expected = shape;
  let at = skipSpace(0);
  for (;;) {
    const level = depth;
    at = scanValue(text, at);
    if (at >= 0 && depth === level) at = scanEnds(text, at);
    if (at < 0) return false;
    if (depth === 0) return at === text.length;
  }
};

const codeAt = (at: number): number => source[at] ?? 0;

const skipSpace = (from: number): number => {
  let at = from;
  let code = codeAt(at);
  while (code === space || code === lineFeed || code === carriageReturn || code === tab) code = codeAt(++at);
  return at;
};

/** From a value to its end, or into a container that is not empty, to its first value. All of these: −1 if refused. */
const scanValue = (text: string, at: number): number => {
  const code = codeAt(at);
  if (code === quote) return scanText(text, at + 1);
  if (code === openObject) return enter(text, at, 'object', closeObject);
  if (code === openList) return enter(text, at, 'list', closeList);
  return code === lowerT || code === lowerF || code === lowerN ? scanWord(text, at, code) : scanNumber(at);
};

const enter = (text: string, open: number, kind: 'object' | 'list', close: number): number => {
  if (depth === maxLevels || (expected.kind !== kind && expected.kind !== 'anything')) return -1;
  const at = skipSpace(open + 1);
  if (codeAt(at) === close) return expected.required === 0 ? at + 1 : -1;
  levels[depth] = expected;
  found[depth] = 0;
  bases[depth] = kind === 'object' ? top : -1;
  depth += 1;
  return enterMember(text, at);
};

/** To the value of a member or item of the innermost level. */
const enterMember = (text: string, at: number): number => {
  if (bases[depth - 1] !== -1) return scanName(text, at);
  expected = levels[depth - 1]?.items ?? anything;
  return at;
};

/** From the end of a value past whatever ends with it, to the next value, or to the end of the text. */
const scanEnds = (text: string, from: number): number => {
  for (let at = skipSpace(from); ; at = skipSpace(at + 1)) {
    if (depth === 0) return at;
    const code = codeAt(at);
    if (code === comma) return enterMember(text, skipSpace(at + 1));
    if (!leave(code)) return -1;
  }
};

const leave = (code: number): boolean => {
  depth -= 1;
  const base = bases[depth] ?? -1;
  if (base === -1) return code === closeList;
  const required = levels[depth]?.required ?? 0;
  const isComplete = ((found[depth] ?? 0) & required) === required && !hasRepeated(base);
  top = base;
  return code === closeObject && isComplete;
};

/** From a name to its value. */
const scanName = (text: string, open: number): number => {
  if (codeAt(open) !== quote) return -1;
  let hash = 0;
  let at = open + 1;
  for (let code = codeAt(at); code !== quote; code = codeAt(++at)) {
    if (code < space || code === backslash) return -1;
    hash = nextHash(hash, code);
  }
  addHash(hash);
  expectMember(text, open + 1, at, hash);
  at = skipSpace(at + 1);
  return codeAt(at) === colon ? skipSpace(at + 1) : -1;
};

const expectMember = (text: string, start: number, end: number, hash: number): void => {
  const level = levels[depth - 1] ?? anything;
  expected = level.others ?? anything;
  for (const member of level.members) {
    if (member.hash !== hash || member.name.length !== end - start) continue;
    if (!text.startsWith(member.name, start)) continue;
    expected = member.expected;
    found[depth - 1] = (found[depth - 1] ?? 0) | member.bit;
  }
};

const addHash = (hash: number): void => {
  if (top === hashes.length) {
    const larger = new Int32Array(top * 2);
    larger.set(hashes);
    hashes = larger;
  }
  hashes[top++] = hash;
};

/** Whether two names of an object have the same hash. Equal names always do; others may. */
const hasRepeated = (base: number): boolean => {
  if (top - base > 8) {
    const sorted = hashes.subarray(base, top).sort();
    return sorted.some((hash, index) => hash === sorted[index + 1]);
  }
  for (let one = base; one < top; one++)
    for (let other = one + 1; other < top; other++) if (hashes[one] === hashes[other]) return true;
  return false;
};

const scanText = (text: string, start: number): number => {
  const { kind, isNonEmpty, pattern } = expected;
  if (kind !== 'text' && kind !== 'anything') return -1;
  const end = isPlain ? text.indexOf('"', start) : endOfText(start);
  if (end < start + (isNonEmpty ? 1 : 0)) return -1;
  if (pattern && !hasPattern(text.slice(start, end), pattern)) return -1;
  return end + 1;
};

/** Of visible ASCII without escapes only: such a text is equal to its source. */
const hasPattern = (source: string, pattern: RegExp): boolean =>
  /^[!-[\]-~]*$/.test(source) && pattern.test(source);

const endOfText = (start: number): number => {
  let at = start;
  for (let code = codeAt(at); code !== quote; code = codeAt(++at)) {
    if (code < space) return -1;
    if (code === backslash && !shortEscapes.has(codeAt(++at))) return -1;
  }
  return at;
};

/** After a backslash: all but \u (RFC 8259 §7). */
const shortEscapes = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));

const scanWord = (text: string, at: number, code: number): number => {
  const { kind } = expected;
  const word = code === lowerT ? 'true' : code === lowerF ? 'false' : 'null';
  const isExpected = kind === 'anything' || (kind === 'boolean' && code !== lowerN);
  return isExpected && text.startsWith(word, at) ? at + word.length : -1;
};

const scanNumber = (at: number): number => {
  const { kind } = expected;
  if (kind !== 'integer' && kind !== 'anything') return -1;
  const start = codeAt(at) === minus ? at + 1 : at;
  let end = endOfDigits(start);
  const hasLeadingZero = codeAt(start) === zero && end > start + 1;
  if (end === start || hasLeadingZero) return -1;
  if (codeAt(end) === dot && kind === 'anything') {
    const fraction = end + 1;
    end = endOfDigits(fraction);
    if (end === fraction) return -1;
  }
  const code = codeAt(end);
  return end - start > maxDigits || code === dot || code === lowerE || code === upperE ? -1 : end;
};

const endOfDigits = (start: number): number => {
  let at = start;
  for (let code = codeAt(at); code >= zero && code <= nine; ) code = codeAt(++at);
  return at;
};

/** Whether a byte is below 0x20; checks four at a time, since every byte of an answer is checked. */
const hasControls = (bytes: Buffer): boolean => {
  const { buffer, byteOffset, length } = bytes;
  const start = (4 - (byteOffset % 4)) % 4;
  if (length < start) return hasControl(bytes, 0, length);
  const words = new Int32Array(buffer, byteOffset + start, (length - start) >> 2);
  let low = 0;
  // Sets the high bit of each byte that borrows: one that is less than 0x20.
  for (let at = 0; at < words.length; at++) low |= ((words[at] ?? 0) - 0x20202020) & ~(words[at] ?? 0);
  return (
    (low & 0x80808080) !== 0 ||
    hasControl(bytes, 0, start) ||
    hasControl(bytes, start + words.byteLength, length)
  );
};

const hasControl = (bytes: Buffer, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) if ((bytes[at] ?? space) < space) return true;
  return false;
};
