import { fail } from '#src/lib/errors';
import { createSeal, type Seal } from '../seal.ts';

/** The seals of `keys.masterKey`, in its order: the first one seals, each of them opens. Errors: config_invalid. */
export const sealsOf = (masterKey: string | undefined): readonly [Seal, ...Seal[]] => {
  const [first, ...others] = (masterKey ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .map((text) => createSeal(Buffer.from(text, 'base64url')));
  if (first) return [first, ...others];
  throw fail('config_invalid', { field: 'keys.masterKey', hint: 'is missing' });
};
