import { asOperand } from '#src/signing-keys/key/public-key';
import type { KeysValues } from './open.ts';

/** A keys command to paste, about the same keys as the one that was run with `values`. */
export const nextCommand = (values: KeysValues, verb: string, kid?: string): string => {
  const options = (['config', 'keys-directory'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name} ${inShell(value)}`];
  });
  return ['kinpass keys', verb, ...options, ...(kid === undefined ? [] : [asOperand(kid)])].join(' ');
};

const inShell = (text: string): string =>
  /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
