import { type Document, type LineCounter, visit, type YAMLError } from 'yaml';
import type { Fault } from '../faults/fault.ts';

interface YamlFaults {
  readonly faults: readonly Fault[];
  /** Whether the document can be read nevertheless. */
  readonly readable: boolean;
}

/** What is wrong with a document as YAML, each at its line and column, in our words. */
export const yamlFaults = (document: Document.Parsed, lines: LineCounter, file: string): YamlFaults => {
  const at = (offset: number, message: string): Fault => {
    const { line, col: column } = lines.linePos(offset);
    return { path: [], place: { file, line, column }, message: `is not valid YAML: ${message}` };
  };
  const seen = new Set<number>();
  const isFirstOfLine = ({ pos: [offset] }: YAMLError): boolean => {
    const { line } = lines.linePos(offset);
    return !seen.has(line) && Boolean(seen.add(line));
  };
  const { errors, warnings } = document;
  const aliases = aliasFaults(document);
  return {
    faults: [
      // One slip often brings several errors; the first of a line tells it.
      ...[...errors, ...warnings].filter(isFirstOfLine).map(({ code, pos }) => at(pos[0], reasons[code])),
      ...aliases.map(({ offset, message }) => at(offset, message)),
    ],
    readable: aliases.length === 0 && errors.every(({ code }) => code === 'DUPLICATE_KEY'),
  };
};

const aliasFaults = (document: Document.Parsed): { offset: number; message: string }[] => {
  const found: { offset: number; message: string }[] = [];
  visit(document, {
    Alias(_key, alias, ancestors) {
      const target = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      if (!target) found.push({ offset, message: `the alias *${alias.source} has no anchor before it` });
      else if (ancestors.some((ancestor) => ancestor === target))
        found.push({ offset, message: `the alias *${alias.source} contains itself` });
    },
  });
  return found;
};

const reasons: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'an anchor or alias has no valid name',
  BAD_COLLECTION_TYPE: 'this tag does not fit its value',
  BAD_DIRECTIVE: 'a line that starts with % is no valid directive',
  BAD_DQ_ESCAPE: 'this escape is not valid in double quotes: use single quotes, or \\\\ for a backslash',
  BAD_INDENT: 'the indentation is wrong, or a bracket or a quote above is not closed',
  BAD_PROP_ORDER: 'an anchor or a tag is in the wrong place',
  BAD_SCALAR_START: 'text that starts with this character must be in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'text that contains ": " must be in quotes, and a mapping must start on a new line',
  BLOCK_IN_FLOW: 'only [ ], { } and text are allowed inside brackets',
  DUPLICATE_KEY: 'this key is given twice',
  IMPOSSIBLE: 'it cannot be read from here on',
  KEY_OVER_1024_CHARS: 'a key is too long: is a quote or a bracket missing?',
  MISSING_CHAR: 'a colon, a comma, a quote or a bracket is missing',
  MULTILINE_IMPLICIT_KEY: 'a key spans several lines: is a colon or a quote missing?',
  MULTIPLE_ANCHORS: 'a value can have one anchor only',
  MULTIPLE_DOCS: 'the file must contain one document: remove this ---',
  MULTIPLE_TAGS: 'a value can have one tag only',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
  TAB_AS_INDENT: 'the indentation must be spaces, not tabs',
  TAG_RESOLVE_FAILED: 'tags (!…) are not supported',
  UNEXPECTED_TOKEN: 'this is not expected here: is a quote, a colon or an indentation wrong?',
};
