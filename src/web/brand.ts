/** A text or URL for every language, or one per language. */
export type Localized = string | Readonly<Partial<Record<string, string>>>;

/** The looks of the pages of an app or a family. Files are given by path. */
export interface Brand {
  readonly name?: Localized | undefined;
  readonly logo?:
    | { readonly src: string; readonly dark?: string | undefined; readonly alt?: Localized | undefined }
    | undefined;
  readonly favicon?: string | undefined;
  /** In this order. */
  readonly stylesheets: readonly string[];
  readonly links: {
    readonly terms?: Localized | undefined;
    readonly privacy?: Localized | undefined;
    readonly help?: Localized | undefined;
  };
}

/** A missing language has the English text, or else the first. */
export const inLanguage = (text: Localized | undefined, language: string): string | undefined =>
  typeof text === 'string' || text === undefined
    ? text
    : (text[language] ?? text['en'] ?? Object.values(text)[0]);

/** Nobody's, without any style. */
export const unbranded: Brand = { stylesheets: [], links: {} };
