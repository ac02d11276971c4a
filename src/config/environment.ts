import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { configSchema } from './schema.ts';

type Path = readonly (string | number)[];

interface Leaf {
  readonly path: Path;
  readonly variable: string;
  readonly types: ReadonlySet<string>;
}

type JsonSchema = {
  type?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
};

const upperSnake = (key: string): string =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/-/g, '_')
    .toUpperCase();

/** Settings of a list entry are addressed by its id: `KINPASS_APPS_REF30_TV_NAME`. */
const leavesOf = (schema: JsonSchema, value: unknown, path: Path, name: string): Leaf[] => {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (branches.length > 0) return branches.flatMap((branch) => leavesOf(branch, value, path, name));
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([key, child]) =>
      leavesOf(child, valueAt(value, key), [...path, key], `${name}_${upperSnake(key)}`),
    );
  }
  if (schema.items?.properties || schema.items?.oneOf) {
    const items = schema.items;
    return (Array.isArray(value) ? value : []).flatMap((entry: unknown, index) => {
      const id = valueAt(entry, 'id');
      return typeof id === 'string'
        ? leavesOf(items, entry, [...path, index], `${name}_${upperSnake(id)}`)
        : [];
    });
  }
  return [{ path, variable: name, types: new Set([schema.type ?? 'string']) }];
};

const valueAt = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;

const convert = (text: string, types: ReadonlySet<string>): unknown => {
  if (types.has('boolean') && /^(true|false)$/.test(text)) return text === 'true';
  if ((types.has('number') || types.has('integer')) && /^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (types.has('array')) return text.split(',').map((part) => part.trim());
  return text;
};

const assign = (target: Record<string | number, unknown>, path: Path, value: unknown): void => {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const next = valueAt(target, key);
  const child = typeof next === 'object' && next !== null ? next : {};
  target[key] = child;
  assign(child as Record<string | number, unknown>, rest, value);
};

const jsonSchema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

/** Every setting of this configuration, with the variable that overrides it. */
const variablesOf = (input: unknown): readonly Leaf[] => {
  const leaves = new Map<string, Leaf>();
  for (const leaf of leavesOf(jsonSchema, input, [], 'KINPASS')) {
    const known = leaves.get(leaf.variable);
    leaves.set(leaf.variable, known ? { ...leaf, types: new Set([...known.types, ...leaf.types]) } : leaf);
  }
  return [...leaves.values()];
};

/** Variables that are not settings. */
const reserved = new Set(['KINPASS_DEBUG', 'KINPASS_CONFIG']);

/**
 * Returns the settings with `KINPASS_…` variables applied; a variable that ends in `_FILE` names a file that contains
 * the value. Returns faults instead of throwing, so that they are reported with all others.
 */
export const applyEnvironment = (
  settings: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): { input: Record<string, unknown>; faults: string[] } => {
  const input = structuredClone(settings);
  const variables = new Map(variablesOf(input).map((leaf) => [leaf.variable, leaf]));
  const faults: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('KINPASS_') || reserved.has(name) || text === undefined) continue;
    const direct = variables.get(name);
    const leaf = direct ?? variables.get(name.replace(/_FILE$/, ''));
    if (!leaf) {
      faults.push(`${name}: no such setting`);
      continue;
    }
    try {
      assign(input, leaf.path, convert(direct ? text : readFileSync(text, 'utf8').trim(), leaf.types));
    } catch {
      faults.push(`${name}: the file ${text} cannot be read`);
    }
  }
  return { input, faults };
};
