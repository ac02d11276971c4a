import { faultLines } from '#src/config/faults/fault';
import { compareSettings, type Difference, type Side } from '#src/config/settings/compare-settings';
import { effectiveSettings } from '#src/config/settings/effective-settings';
import { readYaml } from '#src/config/sources/read-yaml';
import { fail } from '#src/lib/errors';
import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { requireConfigFile } from '../../settings.ts';
import { rowLine } from '../../table.ts';
import { print } from '../../terminal.ts';

/**
 * Compares two files, not what variables make of them. Secrets are compared, never printed.
 * Errors: config_invalid, if one of them cannot be read.
 */
export const command = defineCommand({
  summary: 'Compare the configuration with that of another environment',
  operand: '<file>',
  options: {
    config: configOption,
    contains: {
      type: 'boolean',
      help: 'list only settings that the other file has and this one lacks; exit code 1 if there are any',
    },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run(values, other) {
    const file = requireConfigFile(values);
    const all = compareSettings(await sideOf(file), await sideOf(other));
    const differences = values.contains ? all.filter(({ kind }) => kind === 'only there') : all;
    const lines = values.json
      ? [JSON.stringify(differences, null, 2)]
      : differences.map((difference) => lineOf(difference, file, other));
    for (const line of lines) print(line);
    if (differences.length === 0 && !values.json)
      print(
        values.contains ? `${file} has everything that ${other} has` : `${file} and ${other} do not differ`,
      );
    if (values.contains && differences.length > 0) process.exit(1);
  },
});

const sideOf = async (file: string): Promise<Side> => {
  const { settings, faults } = await readYaml(file, process.cwd());
  if (!settings) throw fail('config_invalid', { hint: faultLines(faults) });
  return { input: settings, settings: effectiveSettings(settings) };
};

const lineOf = ({ path, kind, here, there }: Difference, file: string, other: string): string => {
  const values = [...new Set([here, there])].filter((value) => value !== undefined);
  const where = kind === 'differs' ? kind : `only in ${kind === 'only here' ? file : other}`;
  return rowLine([where, path, values.join('  |  ')], []);
};
