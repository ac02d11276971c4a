import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
} from 'yaml';
import { systemErrorCode } from '#src/lib/system-error';
import type { Fault, Path, Place } from '../faults/fault.ts';
import { yamlFaults } from './yaml-faults.ts';

export interface SettingsFile {
  /** Undefined when the file cannot be read as settings. */
  readonly settings: Record<string, unknown> | undefined;
  readonly faults: readonly Fault[];
  /** Where the file gives the setting at a path, or the nearest one around it; the place of its key, if wanted. */
  placeOf(path: Path, ofKey?: boolean): Place | undefined;
}

/** Reads a YAML file. `file` is shown as it is given; it is looked up in `cwd`. */
export const readYaml = async (file: string, cwd: string): Promise<SettingsFile> => {
  try {
    return parseYaml(await readFile(resolve(cwd, file), 'utf8'), file);
  } catch (error) {
    const reason = systemErrorCode(error) === 'ENOENT' ? 'does not exist' : 'cannot be read';
    return unreadable([{ path: [], message: `${file} ${reason}` }]);
  }
};

const unreadable = (faults: readonly Fault[]): SettingsFile => ({
  settings: undefined,
  faults,
  placeOf: () => undefined,
});

export const parseYaml = (text: string, file: string): SettingsFile => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const { faults, readable } = yamlFaults(document, lines, file);
  if (!readable) return unreadable(faults);
  const placeOf = (path: Path, ofKey = false): Place => {
    const { line, col: column } = lines.linePos(offsetOf(document, path, ofKey));
    return { file, line, column };
  };
  const value = unfolded(document);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { settings: { ...value }, faults, placeOf };
  const message = 'must contain a mapping of settings';
  return unreadable([...faults, { path: [], place: placeOf([]), message }]);
};

/** Undefined when aliases unfold to more than any settings have. */
const unfolded = (document: Document.Parsed): unknown => {
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch {
    return undefined;
  }
};

/** Where the last part of a path stands that is there: a section by its key, anything else by its value. */
const offsetOf = (document: Document.Parsed, path: Path, ofKey: boolean): number => {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [depth, part] of path.entries()) {
    const item = itemOf(isAlias(node) ? node.resolve(document) : node, part);
    if (!item) return offset;
    const value = isPair(item) ? item.value : item;
    const byValue = isScalar(value) && value.value !== null && !(ofKey && depth === path.length - 1);
    const shown = isPair(item) && !byValue ? item.key : value;
    offset = isNode(shown) ? (shown.range?.[0] ?? offset) : offset;
    node = value;
  }
  return offset;
};

const itemOf = (node: unknown, part: string | number): unknown => {
  if (isSeq(node)) return node.items[Number(part)];
  return isMap(node)
    ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
    : undefined;
};
