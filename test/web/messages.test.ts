import { expect, test } from 'vitest';
import { directionOf, languages, type Messages, minutesAgo } from '#src/web/messages';
import { english } from '#src/web/messages/en';

const mark = '⟦value⟧';
const keys = Object.keys(english) as (keyof Messages)[];
const written = (text: Messages[keyof Messages]): string => (typeof text === 'string' ? text : text(mark));
const translations = languages.map(({ texts }) => texts).filter((texts) => texts !== english);
const everyText = languages.flatMap(({ texts }) =>
  keys.map((key) => [texts.language, key, written(texts[key])] as const),
);

/** Words that the two languages really share. */
const cognates = new Set(['fr codeLabel', 'de codeLabel', 'de approveApp', 'pt approveApp']);

/** Texts on buttons and links, which have one line on a phone. */
const buttons = [
  ...(['cancel', 'continueAsUnknown', 'otherAccount', 'otherCode', 'codeSubmit', 'approve', 'deny'] as const),
  ...(['anotherDevice', 'enterCode', 'signOut', 'tryAgain', 'chooseAgain', 'startPage', 'help'] as const),
];

test('there is one object for each language, and English comes first', () => {
  expect(languages.map(({ texts }) => texts.language)).toEqual([
    'en',
    'es',
    'fr',
    'pt',
    'de',
    'zh-Hant',
    'zh-Hans',
    'ko',
  ]);
});

test.each(translations)('$language has the keys of English, in its order', (texts) => {
  expect(Object.keys(texts)).toEqual(keys);
});

test.each(translations)('no text of $language was left in English', (texts) => {
  const same = keys.filter((key) => written(texts[key]) === written(english[key]));
  expect(same.filter((key) => !cognates.has(`${texts.language} ${key}`))).toEqual([]);
});

test.each(translations)('the texts of $language take the values of English, each once', (texts) => {
  for (const key of keys) {
    expect([key, written(texts[key]).split(mark).length]).toEqual([
      key,
      written(english[key]).split(mark).length,
    ]);
    expect([key, typeof texts[key]]).toEqual([key, typeof english[key]]);
  }
});

test('every text is one tidy line, with quotation marks and apostrophes of its language', () => {
  const untidy = /^\s|\s$|^$|[\n\t]| {2}|['"]|\.\.\./;
  expect(everyText.filter(([, , text]) => untidy.test(text))).toEqual([]);
});

test.each(translations)('a sentence stays a sentence, and a label a label, in $language', (texts) => {
  const isSentence = (text: string) => /[.?!:。？！：]$/.test(text);
  for (const key of keys)
    expect([key, isSentence(written(texts[key]))]).toEqual([key, isSentence(written(english[key]))]);
});

test.each(translations)('buttons of $language fit on one line', (texts) => {
  for (const key of buttons)
    expect(texts[key].length, key).toBeLessThanOrEqual(Math.max(16, english[key].length * 1.6));
});

test.each(languages)('the warning of $name names the button', ({ texts }) => {
  expect(texts.approveWarning).toContain(texts.deny);
});

test.each([
  ['fr', / [?!;:]|[^\u202f][?!;]|[^\u00a0]:|'/],
  ['es', /^(?!.*¿).*\?/],
  ['zh-Hant', /[,;:?!()“”]|[。，：？]\s/],
  ['zh-Hans', /[,;:?!()「」]|[。，：？]\s/],
])('the punctuation of %s', (language, wrong) => {
  const texts = everyText.filter(([tag, key]) => tag === language && key !== 'language');
  expect(texts.filter(([, , text]) => wrong.test(text))).toEqual([]);
});

test.each([
  ['es', /usted|vosotros|vuestr/i],
  ['fr', /(?<!\p{L})(tu|ton|ta|tes|toi)(?!\p{L})|\(e\)/iu],
  ['de', /\b(du|dein\w*|dir|dich)\b/i],
  ['pt', /(?<!\p{L})(tu|teu|tua|telemóvel|ecrã)(?!\p{L})/iu],
  ['zh-Hant', /您|登录|账|设备|应用程序/],
  ['zh-Hans', /您|登入|帳|裝置|應用/],
  ['ko', /[해어아여]요|당신/],
])('%s addresses everybody in the same way', (language, other) => {
  const texts = everyText.filter(([tag]) => tag === language);
  expect(texts.filter(([, , text]) => other.test(text))).toEqual([]);
});

test.each([
  ['en', 0, 'less than a minute ago'],
  ['en', 1, '1 minute ago'],
  ['en', 5, '5 minutes ago'],
  ['es', 1, 'hace 1 minuto'],
  ['fr', 5, 'il y a 5 minutes'],
  ['de', 0, 'vor weniger als einer Minute'],
  ['zh-Hant', 5, '5 分鐘前'],
  ['ko', 5, '5분 전'],
])('%s: %d minutes ago', (language, minutes, text) => {
  const texts = languages.find((candidate) => candidate.texts.language === language)?.texts ?? english;
  expect(minutesAgo(texts, minutes)).toBe(text);
});

test.each([
  ['en', 'ltr'],
  ['zh-Hant', 'ltr'],
  ['ar', 'rtl'],
  ['he', 'rtl'],
  ['fa', 'rtl'],
  ['ks-Deva', 'ltr'],
])('%s is written %s', (language, direction) => {
  expect(directionOf(language)).toBe(direction);
});
