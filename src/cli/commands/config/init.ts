import { writeFile } from 'node:fs/promises';
import { schemaUrl } from '#src/config/published/published-schema';
import { sampleYaml } from '#src/config/published/sample';
import { fail } from '#src/lib/errors';
import { systemErrorCode } from '#src/lib/system-error';
import { defineCommand } from '../../command.ts';
import { print } from '../../terminal.ts';
import { version } from '../../version.ts';

/** Errors: arguments_invalid, simulator_missing. */
export const command = defineCommand({
  summary: 'Write a configuration with every setting explained (default: kinpass.yaml)',
  operand: '[file]',
  options: {
    demo: { type: 'boolean', help: 'write the settings of `kinpass demo` instead (default: demo.yaml)' },
  },
  async run({ demo }, operand) {
    const file = operand ?? (demo ? 'demo.yaml' : 'kinpass.yaml');
    const { yaml, next } = demo ? await demoSettings() : sample;
    await writeNew(file, yaml);
    print(`${file} was written. ${next.text}`);
    for (const command of next.commands) print(`  kinpass ${command} --config ${file}`);
  },
});

const sample = {
  yaml: sampleYaml(schemaUrl(version())),
  next: { text: 'This lists what to fill in:', commands: ['config validate'] },
};

const demoSettings = async () => {
  const { demoYaml } = await import('../../demo/settings-file.ts');
  return {
    yaml: await demoYaml(),
    next: { text: 'While the demo runs, try:', commands: ['health', 'doctor', 'idp check google'] },
  };
};

/** A file that only its owner can read, for it will hold secrets. Never overwrites. */
const writeNew = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const exists = systemErrorCode(cause) === 'EEXIST';
    throw fail('arguments_invalid', {
      hint: exists ? `${file} exists; it was not changed` : `${file} cannot be written`,
      cause,
    });
  }
};
