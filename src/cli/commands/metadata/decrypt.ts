import { fail } from '#src/lib/errors';
import { type Padding, paddings } from '#src/lib/rsa-padding';
import { createDecryptAttribute } from '#src/user-metadata/decrypt-attribute';
import { readMetadataKeys } from '#src/user-metadata/read-metadata-keys';
import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { loadSettings } from '../../settings.ts';
import { print } from '../../terminal.ts';
import { readToken } from '../../token/read-token.ts';

/** Prints the value as JSON. Errors: arguments_invalid, config_invalid, keys_invalid. */
export const command = defineCommand({
  summary: 'Decrypt an attribute of a profile (state "enc") with the keys of userMetadata.keys',
  operand: '[value]',
  options: {
    config: configOption,
    padding: { type: 'string', value: 'name', help: `tried first: ${paddings.join(', ')}` },
  },
  async run({ config: file, padding: name }, operand) {
    const { userMetadata, keys } = await loadSettings({ config: file });
    if (userMetadata.keys.length === 0)
      throw fail('config_invalid', { field: 'userMetadata.keys', hint: 'names no key' });
    const decryptAttribute = createDecryptAttribute({
      keys: await readMetadataKeys(userMetadata.keys, keys.passphrase),
      padding: name === undefined ? userMetadata.padding : paddingOf(name),
    });
    const value = await decryptAttribute(await readToken(operand));
    if (value === undefined)
      throw fail('arguments_invalid', { hint: 'No key of userMetadata.keys decrypts the value.' });
    print(JSON.stringify(value));
  },
});

const paddingOf = (name: string): Padding => {
  const found = paddings.find((padding) => padding === name);
  if (found) return found;
  throw fail('arguments_invalid', { field: '--padding', hint: `must be one of ${paddings.join(', ')}` });
};
