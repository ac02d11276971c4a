import { fail } from '#src/lib/errors';

/** Returns the value if it is allowed. Errors: gateway_parameter_invalid. */
export const oneOf = <T extends string>(allowed: readonly T[], value: string, field: string): T => {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw fail('gateway_parameter_invalid', {
      field,
      hint: `"${field}" must be one of ${allowed.join(', ')}.`,
    });
  return found;
};
