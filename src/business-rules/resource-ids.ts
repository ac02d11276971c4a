import { titlesIn } from './mrss.ts';
import { withoutReferences } from './references.ts';

/**
 * The ids that a resource may be understood as: itself or, of an MRSS document, every title and GUID in it; also where its
 * characters are written in percent-encoding or as references. Undefined for markup that cannot be read, or names nothing. Pure.
 */
export const idsOfResource = (resource: string): readonly string[] | undefined => {
  const spellings = [resource, withoutPercents(resource)].flatMap((text) =>
    isMarkup(text) ? [text] : [text, withoutReferences(text)],
  );
  const ids = [...new Set(spellings)].map((text) => (isMarkup(text) ? titlesIn(text) : [text]));
  return ids.every((found) => found !== undefined && found.length > 0)
    ? ids.flatMap((found) => found ?? [])
    : undefined;
};

const isMarkup = (text: string): boolean => text.includes('<');

const withoutPercents = (text: string): string =>
  text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
