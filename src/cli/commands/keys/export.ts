import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '#src/lib/errors';
import { createKeyExport, type KeyExport } from '#src/signing-keys/admin/key-export';
import { defineCommand } from '../../command.ts';
import { kidOf, openKeysToChange } from '../../keys/change.ts';
import { exportEmail } from '../../keys/export-email.ts';
import { nextCommand } from '../../keys/next-command.ts';
import { changeOptions } from '../../keys/options.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Write the files for Adobe, and print the email to send',
  operand: '<key>',
  options: {
    ...changeOptions,
    out: { type: 'string', value: 'folder', help: 'where to write them (default: handover)' },
  },
  async run(values, name) {
    await using keys = await openKeysToChange(values);
    const { manager, config } = keys;
    const { key, files } = await keys.record('key.export', await kidOf(manager, name), async () => {
      const exported = await createKeyExport(manager, name);
      return { key: exported, files: await writeFiles(exported, values.out ?? 'handover') };
    });
    print(`Public key, certificate and JWK of ${key.kid}:`);
    for (const file of files) print(`  ${file}`);
    print('Send this to Adobe, with the files attached:\n');
    for (const line of exportEmail(key, files, config?.families ?? [])) print(line);
    print(`\nNext, when Adobe has confirmed the key: ${nextCommand(values, 'acknowledge', key.kid)}`);
  },
});

const writeFiles = async (key: KeyExport, folder: string): Promise<string[]> => {
  const base = `service-token-${key.publicKeyFingerprint.replaceAll(':', '').slice(0, 16).toLowerCase()}`;
  const texts: [string, string][] = [
    [`${base}.public.pem`, key.publicPem],
    [`${base}.certificate.pem`, key.certificatePem],
    [`${base}.public.jwk.json`, key.jwk],
  ];
  try {
    await mkdir(folder, { recursive: true });
    for (const [file, text] of texts) await writeFile(join(folder, file), text);
  } catch (cause) {
    throw fail('arguments_invalid', { field: '--out', hint: `${folder} is not writable`, cause });
  }
  return texts.map(([file]) => join(folder, file));
};
