import type { z } from 'zod';
import { isLibraryText, limitText } from '#src/lib/issue-text';
import {
  branchesOf,
  branchFor,
  nodeAt,
  type SchemaNode,
  settingsSchema,
  valueAt,
} from '../settings/settings-schema.ts';
import type { Finding, Path } from './fault.ts';
import { nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;

/** A document that a schema describes. */
interface Document {
  readonly input: unknown;
  readonly root: SchemaNode;
}

/**
 * What the schema found wrong with settings, or with another document of which `root` is the schema, in the operator's words:
 * at most one finding for each path.
 */
export const explainIssues = (
  issues: readonly Issue[],
  input: unknown,
  at: Path = [],
  root = settingsSchema,
): Finding[] => {
  const findings = issues.flatMap((issue) => explain(issue, { input, root }, at));
  const seen = new Set<string>();
  return findings.filter(({ path }) => {
    const key = JSON.stringify(path);
    return !seen.has(key) && seen.add(key);
  });
};

const explain = (issue: Issue, document: Document, at: Path): Finding[] => {
  const { input } = document;
  const path = [...at, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const value = valueAt(input, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, document));
  if (value === undefined) return [{ path, message: missing(issue) }];
  if (isEmpty(value, issue))
    return [{ path, message: 'must not be empty', write: commentedOut(value, path) }];
  if (issue.code === 'invalid_union' && !('discriminator' in issue)) return union(issue, path, document);
  return [{ path, ...messageFor(issue, value) }];
};

const missing = (issue: Issue): string => {
  const options = optionsOf(issue);
  return options.length > 1 ? `is missing: one of ${options.join(', ')}` : 'is missing';
};

const isEmpty = (value: unknown, issue: Issue): boolean =>
  value === null ||
  value === '' ||
  (issue.code === 'too_small' && Array.isArray(value) && value.length === 0);

/** `accent: #2f4fd8` has no value: YAML takes what begins with # for a comment. */
const commentedOut = (value: unknown, path: Path): string | undefined =>
  value === null && path.includes('colors') ? 'it in quotes: "#rrggbb"' : undefined;

const unknownKey = (key: string, path: Path, { input, root }: Document): Finding => {
  const node = nodeAt(path, input, root);
  const valid = node ? Object.keys(branchFor(node, valueAt(input, path)).properties ?? {}) : [];
  const near = nearest(key, valid);
  const message = near ? 'is not a setting' : `is not a setting; valid here: ${valid.join(', ')}`;
  return { path: [...path, key], message, write: near, key: true };
};

const messageFor = (issue: Issue, value: unknown): Omit<Finding, 'path'> => {
  const options = optionsOf(issue);
  if (options.length > 0) return oneOf(options, value);
  switch (issue.code) {
    case 'invalid_type':
      return wrongKind([issue.expected], value);
    case 'too_small':
    case 'too_big':
      return { message: limitText(issue) };
    case 'custom':
      return { message: issue.message, write: issue.params?.['write'] };
    default:
      return { message: isLibraryText(issue.message) ? 'is not valid' : issue.message };
  }
};

const optionsOf = (issue: Issue): string[] => {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return 'options' in issue && issue.options ? issue.options.map(String) : [];
};

const oneOf = (options: readonly string[], value: unknown): Omit<Finding, 'path'> => ({
  message: options.length === 1 ? `must be ${options[0]}` : `must be one of ${options.join(', ')}`,
  write: typeof value === 'string' ? nearest(value, options) : undefined,
});

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of settings',
};

const given = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return 'a boolean';
  return typeof value === 'object' ? 'a mapping' : (kinds[typeof value] ?? 'this');
};

const wrongKind = (expected: readonly string[], value: unknown): Omit<Finding, 'path'> => {
  const wanted = [...new Set(expected.map((kind) => kinds[kind] ?? kind))];
  const integer = typeof value === 'number' && expected.includes('int');
  const message = `must be ${wanted.join(' or ')}${integer ? '' : `, not ${given(value)}`}`;
  return { message, write: inItsKind(expected, value) };
};

/** How to write the same value so that YAML reads it as what is expected. */
const inItsKind = (expected: readonly string[], value: unknown): string | undefined => {
  const scalar = typeof value !== 'object';
  if (expected.includes('string') && scalar) return 'it in quotes';
  if (expected.includes('array') && scalar) return 'it in brackets: […]';
  if (expected.includes('boolean') && /^(yes|on|y)$/i.test(String(value))) return 'true';
  if (expected.includes('boolean') && /^(no|off|n)$/i.test(String(value))) return 'false';
  return /number|int/.test(expected.join()) && /^\d+$/.test(String(value)) ? 'it without quotes' : undefined;
};

/** A value that fits none of several alternatives is explained by the one that it was written for. */
const union = (
  issue: Issue & { code: 'invalid_union' },
  path: Path,
  { input, root }: Document,
): Finding[] => {
  const value = valueAt(input, path);
  const node = nodeAt(path, input, root);
  const branches = node ? branchesOf(node) : [];
  const list = Array.isArray(value) ? branches.findIndex(({ type }) => type === 'array') : -1;
  if (list >= 0) return explainIssues(issue.errors[list] ?? [], input, path, root);
  if (typeof value !== 'object' || Array.isArray(value)) return [{ path, ...wrongScalar(branches, value) }];
  const mappings = branches.filter(({ properties }) => properties);
  const choices = mappings.flatMap(({ properties = {} }) => Object.keys(properties));
  const chosen = choices.filter((key) => valueAt(value, [key]) !== undefined);
  if (mappings.length > 1 && chosen.length !== 1)
    return [{ path, message: `must have ${chosen.length > 1 ? 'only ' : ''}one of ${choices.join(', ')}` }];
  const index = node ? branches.indexOf(branchFor(node, value)) : 0;
  return explainIssues(issue.errors[index] ?? [], input, path, root);
};

const wrongScalar = (branches: readonly SchemaNode[], value: unknown): Omit<Finding, 'path'> => {
  const options = branches.flatMap((branch) => branch.enum ?? []).map(String);
  const keys = branches.flatMap(({ properties = {} }) => Object.keys(properties));
  const mapping = keys.length > 0 ? [`a mapping with ${keys.join(', ')}`] : [];
  if (typeof value === 'string' && options.length > 0)
    return { ...oneOf([...options, ...mapping], value), write: nearest(value, options) };
  return wrongKind(
    branches.map(({ type = 'string' }) => type),
    value,
  );
};
