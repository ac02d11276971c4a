import { fail } from '#src/lib/errors';

/**
 * A path segment: unreserved characters only, starting with a letter or digit, hence never `.` or `..`, which are
 * resolved away however they are encoded.
 */
const segment = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;

export type PathParameters = Readonly<Record<string, string>>;

/**
 * The URL of an operation. Errors: gateway_parameter_invalid with the parameter's name as field.
 */
export const urlOf = (
  origin: string,
  template: string,
  parameters: PathParameters = {},
  query: Readonly<Record<string, string | undefined>> = {},
): URL => {
  const path = template.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = Object.hasOwn(parameters, field) ? parameters[field] : undefined;
    if (typeof value !== 'string' || !segment.test(value)) throw fail('gateway_parameter_invalid', { field });
    return encodeURIComponent(value);
  });
  const url = new URL(path, origin);
  if (url.origin !== origin || url.pathname !== path) {
    throw fail('gateway_parameter_invalid', {
      field: 'path',
      detail: 'the URL was altered by its parameters',
    });
  }
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
};
