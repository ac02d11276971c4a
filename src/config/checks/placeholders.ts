import type { Draft } from '../draft.ts';
import type { Finding, Path } from '../faults/fault.ts';

/** Values that samples and documentation have. Nobody owns the example domains (RFC 2606 §3). */
const placeholder =
  /^(change|replace|fill)[-_ ]?(me|this|in)\b|^your[-_]|^<.*>$|^(todo|tbd|x{3,})$|^set KINPASS_|^the software statement|^1234(5678(90)?)?(\.|$)|(^|[/.@])example\.(com|net|org)(?=$|[:/])/i;

export const isPlaceholder = (text: string): boolean => placeholder.test(text);

/** Values that nobody has filled in. Production refuses them. */
export const placeholders = (settings: Draft): Finding[] => placeholdersIn(settings, []);

const placeholdersIn = (value: unknown, path: Path): Finding[] => {
  if (typeof value === 'string')
    return isPlaceholder(value) ? [{ path, message: 'is a placeholder: give the real value' }] : [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => placeholdersIn(entry, [...path, index]));
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => placeholdersIn(member, [...path, key]))
    : [];
};
