import type { Json } from '#src/lib/json';

export type Spoiling = 'broken' | 'types' | 'names' | 'empty' | 'list' | 'null';

const members = (value: Json, change: (name: string, member: Json) => [string, Json]): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => change(name, member)))
    : value;

/** Objects and lists stay; what they hold at the end has another type. */
const otherTypes = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(otherTypes);
  if (typeof value === 'object' && value !== null)
    return members(value, (name, member) => [name, otherTypes(member)]);
  return typeof value === 'string' ? value.length : String(value);
};

const otherNames = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(otherNames)
    : members(value, (name, member) => [`${name}_`, otherNames(member)]);

/** A body of JSON as a faulty server might send it. What is no JSON is taken for null. */
export const spoil = (body: string, how: Spoiling): string => {
  let value: Json = null;
  try {
    value = JSON.parse(body);
  } catch {}
  switch (how) {
    case 'broken':
      return body.slice(0, -1);
    case 'types':
      return JSON.stringify(otherTypes(value));
    case 'names':
      return JSON.stringify(otherNames(value));
    case 'empty':
      return '{}';
    case 'list':
      return JSON.stringify([value]);
    case 'null':
      return 'null';
  }
};
