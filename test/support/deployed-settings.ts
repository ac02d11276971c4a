import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultText } from '#src/config/faults/fault';
import { reviewConfig } from '#src/config/review';
import type { Config } from '#src/config/schema';

/** What operators put into the files of secrets, by the setting that they give. */
const secretOf = (variable: string): string => {
  const values: readonly (readonly [RegExp, string])[] = [
    [/STORE_URL$/, 'postgres://kinpass:hidden@postgres:5432/kinpass'],
    [/MASTER_KEY$/, 'k'.repeat(43)],
    [/./, `a-secret-of-${variable}`.padEnd(40, '-')],
  ];
  return values.find(([pattern]) => pattern.test(variable))?.[1] ?? '';
};

/** As an operator has filled in what belongs to nobody. */
export const filledIn = (text: string): string => text.replaceAll('example.com', 'news.example');

export interface Deployed {
  readonly config: Config | undefined;
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * The settings as a gateway reads them: kinpass.yaml in /etc/kinpass beside these files, and the files that `…_FILE` variables
 * name, which have been filled.
 */
export const readDeployed = async (
  text: string,
  variables: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): Promise<Deployed> => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-deployed-'));
  const place = (path: string) => join(folder, path.replaceAll('/', '_'));
  for (const [name, content] of Object.entries(files)) writeFileSync(place(`/etc/kinpass/${name}`), content);
  const env = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (!name.endsWith('_FILE')) return [name, value];
      writeFileSync(place(value), secretOf(name.replace(/_FILE$/, '')));
      return [name, place(value)];
    }),
  );
  writeFileSync(join(folder, 'kinpass.yaml'), text.replaceAll(/\/etc\/kinpass\/[\w.-]+/g, place));
  const { config, faults, warnings } = await reviewConfig({ file: 'kinpass.yaml', env, cwd: folder });
  return { config, faults: faults.map(faultText), warnings: warnings.map(faultText) };
};
