import { z } from 'zod';
import type { Path } from '../faults/fault.ts';
import { configSchema } from '../schema.ts';

/** A part of the settings' JSON Schema, as far as it is read here. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  /** A secret: never shown. */
  readonly writeOnly?: boolean;
  /** `path`: a file that must be readable. */
  readonly format?: string;
}

/** A document as it is written, before defaults and conversions: JSON Schema, draft 2020-12. */
export const schemaNodeOf = (schema: z.ZodType): SchemaNode =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;

export const settingsSchema: SchemaNode = schemaNodeOf(configSchema);

/** A member of a value; undefined if it has none, or is no mapping and no list. */
export const memberOf = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string | number, unknown>>)[key]
    : undefined;

export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((current, key) => memberOf(current, key), value);

/** The alternatives of a node; itself if it has none. */
export const branchesOf = (node: SchemaNode): readonly SchemaNode[] => {
  const branches = node.oneOf ?? node.anyOf;
  return branches ? branches.flatMap(branchesOf) : [node];
};

/** The alternative that a value is written for: by its discriminator, its kind and its keys. */
export const branchFor = (node: SchemaNode, value: unknown): SchemaNode => {
  const branches = branchesOf(node);
  const fitting = branches.filter((branch) => fits(branch, value));
  const [best = branches[0] ?? node] = fitting.toSorted(
    (a, b) => sharedKeys(b, value) - sharedKeys(a, value),
  );
  return best;
};

const fits = ({ type, properties }: SchemaNode, value: unknown): boolean => {
  if (type === 'object' && properties)
    return Object.entries(properties).every(
      ([key, member]) => member.const === undefined || memberOf(value, key) === member.const,
    );
  return type === 'array' ? Array.isArray(value) : typeof value !== 'object';
};

const sharedKeys = ({ properties = {} }: SchemaNode, value: unknown): number =>
  Object.keys(properties).filter((key) => memberOf(value, key) !== undefined).length;

/** The node that describes the value at a path of these settings, or of another document; undefined if there is no such setting. */
export const nodeAt = (path: Path, input: unknown, root = settingsSchema): SchemaNode | undefined => {
  let [node, value]: [SchemaNode | undefined, unknown] = [root, input];
  for (const key of path) {
    const branch: SchemaNode | undefined = node && branchFor(node, value);
    node = typeof key === 'number' ? branch?.items : branch?.properties?.[key];
    value = memberOf(value, key);
  }
  return node;
};

/** What a setting is for: its own description or, for an entry of a list or a language, that of what it is in. */
export const descriptionOf = (path: Path, input: unknown): string | undefined =>
  path.length === 0
    ? undefined
    : (nodeAt(path, input)?.description ?? descriptionOf(path.slice(0, -1), input));
