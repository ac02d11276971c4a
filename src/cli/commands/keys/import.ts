import { readFile } from 'node:fs/promises';
import { fail } from '#src/lib/errors';
import { importKey, importKmsKey } from '#src/signing-keys/admin/add-key';
import type { KeyManager } from '#src/signing-keys/admin/key-manager';
import { defineCommand } from '../../command.ts';
import { newKey, openKeysToChange } from '../../keys/change.ts';
import { changeOptions } from '../../keys/options.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Import an existing key as a draft',
  operand: '[file]',
  options: {
    ...changeOptions,
    kms: { type: 'string', value: 'id', help: 'a key of the key management service' },
  },
  async run(values, file) {
    await using keys = await openKeysToChange(values);
    const { manager } = keys;
    const { kid, fingerprint } = await keys.record(
      'key.import',
      newKey,
      () => importFrom(manager, file, values.kms),
      ({ kid: id }) => ({ target: { kind: 'key', id } }),
    );
    print(`${kid} imported as a draft. SHA-256 ${fingerprint}`);
    if (file !== undefined) print(`Back up ${manager.storage.name} now, and delete ${file}.`);
  },
});

const importFrom = async (manager: KeyManager, file: string | undefined, kmsKeyId: string | undefined) => {
  if (file !== undefined && kmsKeyId === undefined) return importKey(manager, await textOf(file), file);
  if (file === undefined && kmsKeyId !== undefined) return importKmsKey(manager, kmsKeyId);
  throw fail('arguments_invalid', { hint: 'Give either a file, or --kms with the id of a key.' });
};

const textOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw fail('keys_invalid', { field: file, hint: `${file} cannot be read`, cause });
  });
