import { readFileSync } from 'node:fs';
import { systemErrorCode } from '#src/lib/system-error';
import type { Fault, Path, Place } from '../faults/fault.ts';
import { nearest } from '../faults/nearest.ts';
import { branchesOf, memberOf, type SchemaNode, settingsSchema } from '../settings/settings-schema.ts';

interface Leaf {
  readonly path: Path;
  readonly variable: string;
  readonly types: ReadonlySet<string>;
  readonly isSecret: boolean;
}

export interface Merged {
  readonly input: Record<string, unknown>;
  readonly faults: readonly Fault[];
  /** The variable that the setting at a path comes from; undefined if none. */
  variableOf(path: Path): Place | undefined;
  /** The variable that can give the secret at a path; undefined if there is none. */
  secretVariableOf(path: Path): string | undefined;
}

const upperSnake = (key: string): string =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/-/g, '_')
    .toUpperCase();

/** Settings of a list entry are addressed by its id: `KINPASS_APPS_REF30_TV_NAME`. */
const leavesOf = (schema: SchemaNode, value: unknown, path: Path, name: string): Leaf[] => {
  const branches = branchesOf(schema);
  if (branches.length > 1) return branches.flatMap((branch) => leavesOf(branch, value, path, name));
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([key, child]) =>
      leavesOf(child, memberOf(value, key), [...path, key], `${name}_${upperSnake(key)}`),
    );
  }
  if (schema.items?.properties || schema.items?.oneOf) {
    const items = schema.items;
    return (Array.isArray(value) ? value : []).flatMap((entry: unknown, index) => {
      const id = memberOf(entry, 'id');
      return typeof id === 'string'
        ? leavesOf(items, entry, [...path, index], `${name}_${upperSnake(id)}`)
        : [];
    });
  }
  const types = new Set([schema.type ?? 'string']);
  return [{ path, variable: name, types, isSecret: schema.writeOnly === true }];
};

/** Between the entries of a list. */
const separator = /[,\n]/;

const convert = (text: string, types: ReadonlySet<string>): unknown => {
  if (types.has('boolean') && /^(true|false)$/.test(text)) return text === 'true';
  if ((types.has('number') || types.has('integer')) && /^\d+(\.\d+)?$/.test(text)) return Number(text);
  // One value is the plain form where a setting takes one or a list.
  if (types.has('array') && !(types.has('string') && !separator.test(text)))
    return text.split(separator).map((part) => part.trim());
  return text;
};

const assign = (target: Record<string | number, unknown>, path: Path, value: unknown): void => {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const next = memberOf(target, key);
  const child = typeof next === 'object' && next !== null ? next : {};
  target[key] = child;
  assign(child as Record<string | number, unknown>, rest, value);
};

/** Every setting of this configuration, by the variable that overrides it. */
const variablesOf = (input: unknown): ReadonlyMap<string, Leaf> => {
  const leaves = new Map<string, Leaf>();
  for (const leaf of leavesOf(settingsSchema, input, [], 'KINPASS')) {
    const known = leaves.get(leaf.variable);
    leaves.set(leaf.variable, known ? { ...leaf, types: new Set([...known.types, ...leaf.types]) } : leaf);
  }
  return leaves;
};

/** Variables that are not settings. */
const reserved = new Set(['KINPASS_DEBUG', 'KINPASS_CONFIG', 'KINPASS_WORKERS']);

/**
 * Returns the settings with `KINPASS_…` variables applied; a variable that ends in `_FILE` names a file that contains
 * the value. Returns faults instead of throwing, so that they are reported with all others.
 */
export const applyEnvironment = (
  settings: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): Merged => {
  const input = structuredClone(settings);
  const variables = variablesOf(input);
  const faults: Fault[] = [];
  const given = new Map<string, string>();
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('KINPASS_') || reserved.has(name) || text === undefined) continue;
    const report = (message: string, write?: string): void => {
      faults.push({ path: [], place: { variable: name }, message, write });
    };
    const direct = variables.get(name);
    const leaf = direct ?? variables.get(name.replace(/_FILE$/, ''));
    if (!leaf) {
      report('is not a setting', nearest(name, [...variables.keys()]));
      continue;
    }
    const key = JSON.stringify(leaf.path);
    const other = given.get(key);
    given.set(key, name);
    if (other !== undefined) report(`gives the same setting as ${other}: remove one of them`);
    try {
      assign(input, leaf.path, convert(direct ? text : readFileSync(text, 'utf8').trim(), leaf.types));
    } catch (error) {
      // Not by name: somebody may have put the secret itself there.
      report(
        `names a file that ${systemErrorCode(error) === 'ENOENT' ? 'does not exist' : 'cannot be read'}`,
      );
    }
  }
  const variableOf = (path: Path): Place | undefined => {
    const names = path.map((_, index) => given.get(JSON.stringify(path.slice(0, path.length - index))));
    const variable = names.find((name) => name !== undefined);
    return variable === undefined ? undefined : { variable };
  };
  const secrets = new Map(
    [...variables.values()]
      .filter(({ isSecret }) => isSecret)
      .map(({ path, variable }) => [JSON.stringify(path), variable]),
  );
  return { input, faults, variableOf, secretVariableOf: (path) => secrets.get(JSON.stringify(path)) };
};
