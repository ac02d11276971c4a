import { createLru } from '#src/lib/lru';
import { languages, type Messages } from './messages.ts';

/** Who asks for more than this reads one of the first. */
const maxRanges = 20;

/** Language and script, which are what a reader needs: `zh-TW` is `zh-Hant`, `es-419` is `es-Latn`. */
const readingOf = (tag: string): string | undefined => {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return undefined;
  }
};

const byReading = new Map(languages.map(({ texts }) => [readingOf(texts.language), texts]));
const [{ texts: fallback }] = languages;

const textsOf = (range: string): Messages | undefined =>
  range === '*' ? fallback : byReading.get(readingOf(range) ?? '');

/** The ranges of Accept-Language (RFC 9110 §12.5.4), preferred ones first. */
const rangesOf = (acceptLanguage: string): string[] =>
  acceptLanguage
    .split(',', maxRanges)
    .map((entry) => {
      const [range = '', ...parameters] = entry.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { range, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ range }) => range);

/** Browsers send few different headers, and Intl takes its time with each. */
const negotiated = createLru<Messages>(500);
/** Characters. */
const maxRemembered = 200;

interface Wishes {
  /** As an authorization request asks for it: BCP 47 tags, preferred ones first (OpenID Connect Core §3.1.2.1). */
  readonly uiLocales?: string | undefined;
  readonly acceptLanguage: string;
}

/** The texts that a viewer reads best; English, if we have none of their languages. */
export const negotiateLanguage = ({ uiLocales = '', acceptLanguage }: Wishes): Messages => {
  const wishes = `${uiLocales}\n${acceptLanguage}`;
  const known = negotiated.get(wishes);
  if (known) return known;
  const found =
    [...uiLocales.split(' ', maxRanges), ...rangesOf(acceptLanguage)]
      .values()
      .map(textsOf)
      .find((texts) => texts !== undefined) ?? fallback;
  if (wishes.length <= maxRemembered) negotiated.set(wishes, found);
  return found;
};
