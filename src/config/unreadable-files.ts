import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemErrorCode } from '#src/lib/system-error';
import type { Finding, Path } from './faults/fault.ts';
import { branchFor, memberOf, type SchemaNode, settingsSchema } from './settings/settings-schema.ts';

/** The files that settings name and that cannot be read. Relative paths start at `cwd`. */
export const unreadableFiles = async (input: unknown, cwd: string): Promise<Finding[]> => {
  const checked = filesIn(settingsSchema, input, []).map(async ({ path, file }) => {
    const error: unknown = await access(resolve(cwd, file), constants.R_OK).catch((cause: unknown) => cause);
    if (error === undefined) return [];
    const reason = systemErrorCode(error) === 'ENOENT' ? 'does not exist' : 'cannot be read';
    return [{ path, message: `the file ${file} ${reason}` }];
  });
  return (await Promise.all(checked)).flat();
};

const filesIn = (node: SchemaNode, value: unknown, path: Path): { path: Path; file: string }[] => {
  const { format, properties, items } = branchFor(node, value);
  if (format === 'path') return typeof value === 'string' && value !== '' ? [{ path, file: value }] : [];
  if (items && Array.isArray(value))
    return value.flatMap((entry, index) => filesIn(items, entry, [...path, index]));
  return Object.entries(properties ?? {}).flatMap(([key, member]) =>
    filesIn(member, memberOf(value, key), [...path, key]),
  );
};
