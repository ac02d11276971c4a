import { faultLines, pathText, placeText } from '#src/config/faults/fault';
import { type Review, reviewConfig } from '#src/config/review';
import {
  effectiveSettings,
  type Setting,
  shownValue,
  valueText,
} from '#src/config/settings/effective-settings';
import { fail } from '#src/lib/errors';
import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { requireConfigFile } from '../../settings.ts';
import { tableLines } from '../../table.ts';
import { print, printError } from '../../terminal.ts';

/** Every setting in effect. Secrets are masked. */
export const command = defineCommand({
  summary: 'Show the settings in effect, and where each comes from',
  operand: '[file]',
  options: {
    config: configOption,
    'only-changed': { type: 'boolean', help: 'leave out settings that have their default' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run(values, operand) {
    const file = operand ?? requireConfigFile(values);
    const review = await reviewConfig({ file, env: process.env, cwd: process.cwd() });
    const settings = effectiveSettings(review.input);
    if (Object.keys(review.input).length === 0)
      throw fail('config_invalid', { hint: faultLines(review.faults) });
    const shown = values['only-changed'] ? settings.filter(({ isDefault }) => !isDefault) : settings;
    const rows = shown.map((setting) => rowOf(setting, review));
    for (const line of values.json ? [JSON.stringify(rows, null, 2)] : table(rows)) print(line);
    if (review.faults.length === 0) return;
    printError(`These settings are not valid: kinpass config validate --config ${file}`);
    process.exit(1);
  },
});

interface Row {
  readonly path: string;
  readonly value: unknown;
  readonly from: string;
}

const rowOf = (setting: Setting, { placeOf }: Review): Row => {
  const place = setting.isDefault ? undefined : placeOf(setting.path);
  return {
    path: pathText(setting.path),
    value: shownValue(setting),
    from: place ? placeText(place) : 'default',
  };
};

const table = (rows: readonly Row[]): string[] =>
  tableLines(
    rows.map(({ path, value, from }) => [path, valueText(value), from]),
    60,
  );
