import { stringify } from 'yaml';
import { branchesOf, branchFor, type SchemaNode, settingsSchema } from '../settings/settings-schema.ts';
import { isUsual, sampleValue } from './sample-values.ts';

/** Lines of YAML. A setting that is commented out starts with # in the first column, and is valid without it. */
interface Block {
  readonly lines: readonly string[];
  /** Whether any of it is not commented out. */
  readonly active: boolean;
}

interface Member {
  readonly key: string;
  readonly node: SchemaNode;
  /** Without indices: `apps[].name`. */
  readonly path: string;
  readonly required: boolean;
}

/** A file with every setting, its description and its default; optional settings are commented out. Pure. */
export const sampleYaml = (schema: string): string => {
  const head = [
    `# yaml-language-server: $schema=${schema}`,
    '#',
    '# Every setting of Kinpass. Those that are commented out show their default, or an example if they have none.',
    '# `kinpass config validate --config <file>` says what is still to be filled in.',
  ];
  const sections = membersOf(settingsSchema, '').flatMap((member) => ['', ...blockOf(member, '').lines]);
  return `${[...head, ...sections].join('\n')}\n`;
};

const membersOf = ({ properties = {}, required = [] }: SchemaNode, path: string): Member[] =>
  Object.entries(properties).map(([key, node]) => ({
    key,
    node,
    path: path ? `${path}.${key}` : key,
    required: required.includes(key),
  }));

const blockOf = (member: Member, indent: string): Block => {
  const { node } = member;
  const chosen = branchFor(node, node.default);
  const alternatives = branchesOf(node).filter((branch) => branch !== chosen);
  const body = bodyOf({ ...member, node: chosen }, indent);
  const active = body.active && (member.required || isUsual(member.path));
  const lines = [
    ...commentOf(member, chosen).map((line) => `${indent}# ${line}`),
    ...(active ? body.lines : body.lines.map(commentedOut)),
    ...alternatives.flatMap((branch) => alternative({ ...member, node: branch }, indent)),
  ];
  return { lines, active };
};

const commentedOut = (line: string): string => (line.startsWith('#') ? line : `#${line}`);

const bodyOf = (member: Member, indent: string): Block => {
  const { key, node, path, required } = member;
  const { items } = node;
  if (items && branchesOf(items).every(({ properties }) => properties)) {
    const entries = branchesOf(items).map((item) => entryOf(item, path, `${indent}  `));
    return { lines: [`${indent}${key}:`, ...entries.flat()], active: required };
  }
  if (!node.properties || isPlain(node)) {
    return { lines: [`${indent}${key}: ${plainFlow(member)}`], active: required || isUsual(path) };
  }
  const blocks = membersOf(node, path).map((child) => blockOf(child, `${indent}  `));
  const active = blocks.some((block) => block.active);
  return { lines: [`${indent}${key}:`, ...blocks.flatMap(({ lines }) => lines)], active };
};

/** An entry of a list: the dash stands before its first setting. */
const entryOf = (item: SchemaNode, path: string, indent: string): string[] => {
  const kind = item.properties?.['kind']?.const ?? '';
  const blocks = membersOf(item, `${path}[${kind}]`).map((child) => blockOf(child, `${indent}  `));
  const written = blocks.flatMap(({ lines }) => lines);
  // Where each setting of an entry is optional, an example of all of them.
  const lines = blocks.some(({ active }) => active) ? written : written.map((line) => line.replace(/^#/, ''));
  const first = lines.findIndex((line) => !/^ *#/.test(line));
  return lines.map((line, index) => (index === first ? line.replace(`${indent}  `, `${indent}- `) : line));
};

/** Another form of the same setting, as a comment. */
const alternative = (member: Member, indent: string): string[] => {
  const { node, path } = member;
  if (!node.properties || isPlain(node)) return [`${indent}# or ${plainFlow(member)}`];
  const lines = membersOf(node, path).flatMap((child) => blockOf(child, '').lines);
  return [`${indent}# or`, ...lines.map((line) => `${indent}# | ${line.replace(/^#(?! )/, '')}`)];
};

/** A mapping whose members need no explanation is written on one line. */
const isPlain = ({ properties = {} }: SchemaNode): boolean =>
  Object.values(properties).every(
    (member) => !member.description && !member.properties && member.const === undefined,
  );

const sampleOf = ({ node, path, key }: Member): unknown => {
  if (node.const !== undefined) return node.const;
  const value = sampleValue(path) ?? node.default ?? node.enum?.[0];
  if (value !== undefined) return value;
  if (node.format === 'uri') return `https://www.example.com/${key}`;
  return node.type === 'array' ? [] : 'change-me';
};

const flow = (value: unknown): string => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();

const plainFlow = (member: Member): string => {
  const { properties } = member.node;
  if (!properties) return flow(sampleOf(member));
  return `{ ${Object.keys(properties)
    .map((key) => `${key}: …`)
    .join(', ')} }`;
};

const commentOf = ({ node, required }: Member, chosen: SchemaNode): string[] => {
  const description = node.description ?? chosen.description;
  const isLeaf = chosen.const === undefined && (!chosen.properties || isPlain(chosen));
  const facts = [
    description && (/[.:]$/.test(description) ? description : `${description}.`),
    chosen.enum && `One of ${chosen.enum.join(', ')}.`,
    isLeaf && `${defaultText(node.default) ?? (required ? 'Required' : 'Optional')}.`,
  ];
  return wrapped(facts.filter((fact) => fact).join(' '));
};

const defaultText = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  return `Default: ${Array.isArray(value) && value.length === 0 ? 'none' : flow(value)}`;
};

const wrapped = (text: string): string[] => text.match(/\S.{0,99}(?=\s|$)/g) ?? [];
