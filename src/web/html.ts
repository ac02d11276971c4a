/**
 * Pure views: data and messages in, HTML out. This folder owns escaping, layout, texts and styles. It must not know
 * requests, sessions or decisions.
 */

const markup: unique symbol = Symbol('markup');

/** Escaped markup. Only `html` creates it, so a value from outside cannot imitate it. */
export interface Html {
  readonly [markup]: string;
}

type Value = string | number | Html | false | null | undefined | readonly Html[];

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] ?? char);

const write = (value: Value): string => {
  if (value === false || value === null || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  if (markup in value) return value[markup];
  return value.map(write).join('');
};

/** Tagged template: every value is escaped, for text and quoted attributes, unless it is `Html`. */
export const html = (texts: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  [markup]: String.raw({ raw: texts }, ...values.map(write)),
});

export const toText = (safe: Html): string => safe[markup];
