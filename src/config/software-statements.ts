import type { AppConfig } from './schema/apps.ts';

/** The software statements of an app's versions, the newest first: Adobe advises a registered application for each. */
export const statementsOf = ({
  softwareStatement: given,
}: Pick<AppConfig, 'softwareStatement'>): readonly [string, ...string[]] => {
  const [newest = '', ...others] = typeof given === 'string' ? [given] : given;
  return [newest, ...others];
};
