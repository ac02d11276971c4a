import type { Json } from '#src/lib/json';

export type JsonCorruption = 'broken' | 'types' | 'names' | 'empty' | 'list' | 'null';

const mapMembers = (value: Json, change: (name: string, member: Json) => [string, Json]): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => change(name, member)))
    : value;

/** Keeps objects and arrays; every leaf gets another type. */
const changeTypes = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(changeTypes);
  if (typeof value === 'object' && value !== null)
    return mapMembers(value, (name, member) => [name, changeTypes(member)]);
  return typeof value === 'string' ? value.length : String(value);
};

const changeNames = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(changeNames)
    : mapMembers(value, (name, member) => [`${name}_`, changeNames(member)]);

/** A JSON body as a faulty server might send it. A body that is not JSON counts as null. */
export const corruptJson = (body: string, how: JsonCorruption): string => {
  let value: Json = null;
  try {
    value = JSON.parse(body);
  } catch {}
  switch (how) {
    case 'broken':
      return body.slice(0, -1);
    case 'types':
      return JSON.stringify(changeTypes(value));
    case 'names':
      return JSON.stringify(changeNames(value));
    case 'empty':
      return '{}';
    case 'list':
      return JSON.stringify([value]);
    case 'null':
      return 'null';
  }
};
