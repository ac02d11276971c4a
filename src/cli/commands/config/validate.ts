import { type Fault, faultText, pathText } from '#src/config/faults/fault';
import { reviewConfig } from '#src/config/review';
import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { requireConfigFile } from '../../settings.ts';
import { print } from '../../terminal.ts';

/** Exit code 1 if the gateway would not start with these settings. Secrets are never printed. */
export const command = defineCommand({
  summary: 'Say everything that is wrong with the settings, and where',
  operand: '[file]',
  options: { config: configOption, json: { type: 'boolean', help: 'print JSON' } },
  async run(values, operand) {
    const file = operand ?? requireConfigFile(values);
    const { faults, warnings } = await reviewConfig({ file, env: process.env, cwd: process.cwd() });
    const lines = values.json
      ? [
          JSON.stringify(
            { valid: faults.length === 0, faults: asJson(faults), warnings: asJson(warnings) },
            null,
            2,
          ),
        ]
      : [
          ...faults.map(faultText),
          ...warnings.map((warning) => `warning: ${faultText(warning)}`),
          summary(file, faults, warnings),
        ];
    for (const line of lines) print(line);
    if (faults.length > 0) process.exit(1);
  },
});

const asJson = (faults: readonly Fault[]): object[] =>
  faults.map(({ path, place, message, write }) => ({ path: pathText(path), ...place, message, write }));

const summary = (file: string, faults: readonly Fault[], warnings: readonly Fault[]): string => {
  const warned = warnings.length > 0 ? `, ${counted(warnings.length, 'warning')}` : '';
  return faults.length > 0
    ? `${file}: ${counted(faults.length, 'fault')}${warned}`
    : `${file} is valid${warned}`;
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
