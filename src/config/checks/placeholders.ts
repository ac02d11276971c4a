import type { Draft } from '../draft.ts';
import type { Finding, Path } from '../faults/fault.ts';
import { descriptionOf } from '../settings/settings-schema.ts';

/** Values that samples and documentation have. Nobody owns the example domains (RFC 2606 §3). */
const placeholder =
  /^(change|replace|fill)[-_ ]?(me|this|in)\b|^your[-_]|^<.*>$|^(todo|tbd|x{3,})$|^set KINPASS_|^the software statement|^1234(5678(90)?)?(\.|$)|(^|[/.@])example\.(com|net|org)(?=$|[:/])/i;

export const isPlaceholder = (text: string): boolean => placeholder.test(text);

/** Values that nobody has filled in, each with what belongs there. Production refuses them. */
export const placeholders = (settings: Draft): Finding[] =>
  placeholdersIn(settings, []).map((path) => ({ path, message: messageFor(path, settings) }));

const placeholdersIn = (value: unknown, path: Path): Path[] => {
  if (typeof value === 'string') return isPlaceholder(value) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => placeholdersIn(entry, [...path, index]));
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => placeholdersIn(member, [...path, key]))
    : [];
};

const messageFor = (path: Path, settings: Draft): string => {
  const description = descriptionOf(path, settings)?.replace(/^[A-Z](?=[a-z]* )/, (first) =>
    first.toLowerCase(),
  );
  return `is a placeholder: give the real value${description ? ` (${description})` : ''}`;
};
