import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import type { KeyStorage } from './key-storage.ts';
import { decodeSecret, secretBytes } from './secrets.ts';

/** The secrets that subjects are derived with, by version. Losing one loses the TV-provider profiles of its accounts. */
export type SubjectSecrets = ReadonlyMap<number, Uint8Array>;

/** Version 1 is in `subject.secret`, a later one in `subject-<version>.secret`. */
export const subjectSecretName = (version: number): string =>
  version === 1 ? 'subject.secret' : `subject-${version}.secret`;

/** The existing versions. Creates nothing. Errors: keys_invalid. */
export const readSubjectSecrets = async (
  storage: Pick<KeyStorage, 'list' | 'read' | 'place'>,
): Promise<SubjectSecrets> => {
  const versions = (await storage.list()).flatMap((name) => versionOf(storage, name));
  const secrets = new Map<number, Uint8Array>();
  for (const version of versions.sort((a, b) => a - b)) {
    const name = subjectSecretName(version);
    const text = await storage.read(name);
    if (text !== undefined) secrets.set(version, decodeSecret(storage.place(name), text));
  }
  return secrets;
};

/** Creates the secret of a version. Returns false if it exists. Errors: keys_invalid. */
export const makeSubjectSecret = (
  storage: Pick<KeyStorage, 'create'>,
  version: number,
  ids: Pick<Ids, 'secret'>,
): Promise<boolean> => storage.create(subjectSecretName(version), ids.secret(secretBytes));

const versionOf = (storage: Pick<KeyStorage, 'place'>, name: string): number[] => {
  const digits = /^subject-(\d+)\.secret$/.exec(name)?.[1];
  if (digits === undefined) return name === subjectSecretName(1) ? [1] : [];
  const version = Number(digits);
  if (version > 1 && subjectSecretName(version) === name) return [version];
  const path = storage.place(name);
  throw fail('keys_invalid', {
    field: path,
    hint: `${path} is not a valid name: version 1 is subject.secret, version 2 subject-2.secret. Rename it.`,
  });
};
