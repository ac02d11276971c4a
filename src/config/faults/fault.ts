import { replaceInvisible } from '#src/lib/text';

/** From the root of the settings: keys of mappings, indices of lists. */
export type Path = readonly (string | number)[];

/** Where a value was given: in a file, counted from 1, or by an environment variable. */
export type Place =
  | { readonly file: string; readonly line: number; readonly column: number }
  | { readonly variable: string };

/** What a rule says about a setting. Never contains a value that can be secret. */
export interface Finding {
  readonly path: Path;
  /** Reads on from the path: "must be a number". */
  readonly message: string;
  /** What to write instead. */
  readonly write?: string | undefined;
  /** The key is at fault, not its value. */
  readonly key?: true;
}

/** A finding and where its value came from; settings of a program have no place. */
export interface Fault extends Finding {
  readonly place?: Place | undefined;
}

/** `apps[0].family`; empty for the settings as a whole. */
export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part),
    '',
  );

/** `kinpass.yaml:12:5`, or the name of the variable. */
export const placeText = (place: Place): string =>
  'variable' in place ? place.variable : `${place.file}:${place.line}:${place.column}`;

/** One line: `kinpass.yaml:12:5  apps[0].family  must not be empty  → write …`. */
export const faultText = ({ place, path, message, write }: Fault): string => {
  const where = [place && placeText(place), pathText(path)].filter((part) => part);
  return replaceInvisible([...where, message, ...(write ? [`→ write ${write}`] : [])].join('  '));
};

/** The text of several faults, one a line. */
export const faultLines = (faults: readonly Fault[]): string => faults.map(faultText).join('\n');

/** Variables first, then a file from top to bottom. */
export const byPlace = ({ place: a }: Fault, { place: b }: Fault): number => {
  const [lineA, lineB] = [a && 'line' in a ? a.line : 0, b && 'line' in b ? b.line : 0];
  if (lineA !== lineB) return lineA - lineB;
  return a && b && 'column' in a && 'column' in b ? a.column - b.column : 0;
};
