import type { Check } from './check.ts';

/**
 * The checks that `names` name: an id, or the start of one up to a dot (`adobe` for all of Adobe's). `unknown` are the
 * names that no check has. Pure.
 */
export const selectChecks = (
  checks: readonly Check[],
  names: readonly string[],
): { readonly selected: readonly Check[]; readonly unknown: readonly string[] } => {
  const isNamed = ({ id }: Check, name: string) => id === name || id.startsWith(`${name}.`);
  return {
    selected: checks.filter((check) => names.some((name) => isNamed(check, name))),
    unknown: names.filter((name) => !checks.some((check) => isNamed(check, name))),
  };
};
