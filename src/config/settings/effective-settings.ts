import type { Path } from '../faults/fault.ts';
import { branchesOf, branchFor, memberOf, type SchemaNode, settingsSchema } from './settings-schema.ts';

/** A setting in effect, as it is written: durations and origins as text. */
export interface Setting {
  readonly path: Path;
  readonly value: unknown;
  /** Never to be shown. */
  readonly secret: boolean;
  readonly isDefault: boolean;
}

/** Every setting that has a value, its own or the default; optional ones that are not given have none. Pure. */
export const effectiveSettings = (input: unknown): Setting[] => settingsIn(settingsSchema, input, [], false);

const settingsIn = (node: SchemaNode, given: unknown, path: Path, isDefault: boolean): Setting[] => {
  const value = given ?? node.default;
  const below = isDefault || given === undefined;
  if (value === undefined) return [];
  const { properties, items } = branchFor(node, value);
  if (properties && typeof value === 'object')
    return Object.entries(properties).flatMap(([key, member]) =>
      settingsIn(constant(member), memberOf(value, key), [...path, key], below),
    );
  if (items && Array.isArray(value) && value.some((entry) => typeof entry === 'object'))
    return value.flatMap((entry: unknown, index) => settingsIn(items, entry, [...path, index], below));
  return [{ path, value, secret: !isEmptyList(value) && holdsSecret(node), isDefault: below }];
};

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** What is written in place of a whole section may be the secret that belongs into it. */
const holdsSecret = (node: SchemaNode): boolean =>
  branchesOf(node).some(
    ({ writeOnly, properties = {}, items }) =>
      writeOnly || [...Object.values(properties), ...(items ? [items] : [])].some(holdsSecret),
  );

/** A discriminator has one value. */
const constant = (node: SchemaNode): SchemaNode =>
  node.const === undefined ? node : { ...node, default: node.const };

/** What stands for a secret. */
const mask = '********';

/** The value as it may be shown: URLs without user and password. */
export const shownValue = ({ value, secret }: Setting): unknown => (secret ? mask : withoutUsers(value));

const withoutUsers = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutUsers);
  return typeof value === 'string' ? value.replace(/(?<=:\/\/)[^/?#\s]*@/, `${mask}@`) : value;
};

/** On one line: text as it is, anything else as JSON. */
export const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
