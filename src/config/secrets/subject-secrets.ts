import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { makeKeyFile, readKeyFile } from './key-files.ts';
import { decodeSecret, secretBytes } from './secrets.ts';

/** The secrets that subjects are derived with, by version. Losing one loses the TV-provider profiles of its accounts. */
export type SubjectSecrets = ReadonlyMap<number, Uint8Array>;

/** Version 1 is in `subject.secret`, a later one in `subject-<version>.secret`. */
export const subjectSecretFile = (directory: string, version: number): string =>
  join(directory, nameOf(version));

/** The existing versions; none if the folder does not exist. Creates nothing. Errors: keys_invalid. */
export const readSubjectSecrets = async (directory: string): Promise<SubjectSecrets> => {
  const versions = (await namesIn(directory)).flatMap((name) => versionOf(directory, name));
  const secrets = new Map<number, Uint8Array>();
  for (const version of versions.sort((a, b) => a - b)) {
    const path = subjectSecretFile(directory, version);
    const text = await readKeyFile(path);
    if (text !== undefined) secrets.set(version, decodeSecret(path, text));
  }
  return secrets;
};

/** Creates the secret of a version. Returns false if it exists. Errors: keys_invalid. */
export const makeSubjectSecret = (
  directory: string,
  version: number,
  ids: Pick<Ids, 'secret'>,
): Promise<boolean> => makeKeyFile(directory, nameOf(version), ids.secret(secretBytes));

const nameOf = (version: number): string => (version === 1 ? 'subject.secret' : `subject-${version}.secret`);

const versionOf = (directory: string, name: string): number[] => {
  const digits = /^subject-(\d+)\.secret$/.exec(name)?.[1];
  if (digits === undefined) return name === nameOf(1) ? [1] : [];
  const version = Number(digits);
  if (version > 1 && nameOf(version) === name) return [version];
  const path = join(directory, name);
  throw fail('keys_invalid', {
    field: path,
    hint: `${path} is not a valid name: version 1 is subject.secret, version 2 subject-2.secret. Rename it.`,
  });
};

const namesIn = async (directory: string): Promise<string[]> => {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw fail('keys_invalid', { field: directory, hint: `${directory} cannot be read`, cause });
  }
};
