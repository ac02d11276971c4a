import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';

/** Keys in the store are sealed. A master key beside a folder is for moving the keys. */
export const masterKey = ({ keys }: Draft): Finding[] =>
  keys?.in === 'store' && keys.masterKey === undefined
    ? [{ path: ['keys', 'masterKey'], message: 'is missing: keys.in is store, and keys are sealed there' }]
    : [];

/** Static credentials are both given, or neither. */
export const kmsCredentials = ({ keys }: Draft): Finding[] => {
  if (!keys?.kms) return [];
  const { credentials, ...given } = keys.kms;
  const names = ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const;
  return credentials === 'platform'
    ? names.flatMap((name) =>
        given[name] === undefined ? [] : [at(name, 'must not be set: keys.kms.credentials is platform')],
      )
    : names.slice(0, 2).flatMap((name) => (given[name] === undefined ? [at(name, 'is missing')] : []));
};

const at = (name: string, message: string): Finding => ({ path: ['keys', 'kms', name], message });
