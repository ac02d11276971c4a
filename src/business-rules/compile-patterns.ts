import { fold } from './fold.ts';

/** Whether one of some folded texts is what a pattern says. */
export type MatchesAny = (texts: readonly string[]) => boolean;

/** Patterns in which `*` stands for any characters. Each is matched in linear time. Pure. */
export const compilePatterns = (patterns: readonly string[]): MatchesAny => {
  const folded = patterns.map(fold);
  const whole = new Set(folded.filter((pattern) => !pattern.includes('*')));
  const parts = folded.filter((pattern) => pattern.includes('*')).map((pattern) => pattern.split('*'));
  return (texts) => texts.some((text) => whole.has(text) || parts.some((pattern) => hasParts(pattern, text)));
};

/** Whether a text begins with the first part, ends with the last, and has the others between, in their order. */
const hasParts = ([start = '', ...others]: readonly string[], text: string): boolean => {
  const end = others.pop() ?? '';
  if (!text.startsWith(start)) return false;
  let at = start.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - end.length >= at && text.endsWith(end);
};
