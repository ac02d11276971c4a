import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';

/** Keys in the store are sealed. A master key beside a folder is for moving the keys. */
export const masterKey = ({ keys }: Draft): Finding[] =>
  keys?.in === 'store' && keys.masterKey === undefined
    ? [{ path: ['keys', 'masterKey'], message: 'is missing: keys.in is store, and keys are sealed there' }]
    : [];
