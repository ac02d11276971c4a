import { german } from './messages/de.ts';
import { english, type Messages } from './messages/en.ts';
import { spanish } from './messages/es.ts';
import { french } from './messages/fr.ts';
import { korean } from './messages/ko.ts';
import { portuguese } from './messages/pt.ts';
import { simplifiedChinese } from './messages/zh-hans.ts';
import { traditionalChinese } from './messages/zh-hant.ts';

export type { Messages } from './messages/en.ts';

interface Language {
  readonly texts: Messages;
  /** In the language itself. */
  readonly name: string;
  /** Whether a native speaker has read every text. */
  readonly review: 'native' | 'pending';
}

/** The languages of the pages; the first is the default. docs/languages.md says how to add one. */
export const languages: readonly [Language, ...Language[]] = [
  // cspell:disable
  { texts: english, name: 'English', review: 'native' },
  { texts: spanish, name: 'Español', review: 'pending' },
  { texts: french, name: 'Français', review: 'pending' },
  { texts: portuguese, name: 'Português', review: 'pending' },
  { texts: german, name: 'Deutsch', review: 'pending' },
  { texts: traditionalChinese, name: '繁體中文', review: 'pending' },
  { texts: simplifiedChinese, name: '简体中文', review: 'pending' },
  { texts: korean, name: '한국어', review: 'pending' },
  // cspell:enable
];

/** Scripts in use that are written from right to left (ISO 15924). */
const rightToLeft = new Set(['Adlm', 'Arab', 'Hebr', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']); // cspell:disable-line

/** The `dir` attribute of texts in a language (BCP 47 tag). */
export const directionOf = (language: string): 'ltr' | 'rtl' =>
  rightToLeft.has(new Intl.Locale(language).maximize().script ?? '') ? 'rtl' : 'ltr';

/** When something happened, in the words of the language: `5 minutes ago`. */
export const minutesAgo = ({ language, justNow }: Messages, minutes: number): string =>
  minutes < 1 ? justNow : relativeTimeOf(language).format(-minutes, 'minute');

const relativeTimes = new Map<string, Intl.RelativeTimeFormat>();

const relativeTimeOf = (language: string): Intl.RelativeTimeFormat => {
  const known = relativeTimes.get(language) ?? new Intl.RelativeTimeFormat(language);
  relativeTimes.set(language, known);
  return known;
};
