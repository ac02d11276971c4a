import { fail } from '#src/lib/errors';

/**
 * A path segment: unreserved characters only, starting with a letter or digit, hence never `.` or `..`, which are
 * resolved away however they are encoded.
 */
const segment = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;

export type PathParameters = Readonly<Record<string, string>>;
export type Query = Readonly<Record<string, string | undefined>>;

/** The path of an operation with its query. Errors: gateway_parameter_invalid with the parameter's name as field. */
export type PathOf = (parameters?: PathParameters, query?: Query) => string;

/**
 * Prepares a template, in which `{…}` is one segment. Segments cannot alter the path that they stand in, so it is
 * compared with what a URL makes of it once, here. Errors: gateway_parameter_invalid for a template that leaves the
 * origin.
 */
export const createPathOf = (origin: string, template: string): PathOf => {
  const parts = template.split(/\{(\w+)\}/);
  rejectAltered(origin, parts.map((part, index) => (index % 2 === 0 ? part : 'a')).join(''));
  return (parameters = {}, query) => {
    let path = '';
    for (const [index, part] of parts.entries()) path += index % 2 === 0 ? part : segmentOf(parameters, part);
    return query === undefined ? path : path + searchOf(query);
  };
};

const rejectAltered = (origin: string, path: string): void => {
  const url = URL.parse(path, origin);
  if (url?.origin === origin && url.href === origin + path) return;
  throw fail('gateway_parameter_invalid', {
    field: 'path',
    detail: 'the URL was altered by its parameters',
  });
};

const segmentOf = (parameters: PathParameters, field: string): string => {
  const value = Object.hasOwn(parameters, field) ? parameters[field] : undefined;
  if (typeof value === 'string' && segment.test(value)) return value;
  throw fail('gateway_parameter_invalid', { field });
};

const searchOf = (query: Query): string => {
  const sent = Object.entries(query).filter((member): member is [string, string] => member[1] !== undefined);
  return sent.length === 0 ? '' : `?${new URLSearchParams(sent)}`;
};
