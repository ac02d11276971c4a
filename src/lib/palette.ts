import { contrast, nearestColor } from './contrast.ts';

/** The colors of a page in one scheme, `#rrggbb`. */
export interface Palette {
  /** Main buttons, the focus ring. */
  readonly accent: string;
  /** Text on the accent. */
  readonly accentText: string;
  readonly background: string;
  /** Behind the text of a page. */
  readonly card: string;
  readonly text: string;
  /** Secondary text. */
  readonly quietText: string;
  /** Edges of fields and buttons. */
  readonly border: string;
}

export interface Palettes {
  readonly light: Palette;
  readonly dark: Palette;
}

type Given = { readonly [Key in keyof Palette]?: Palette[Key] | undefined };

/** As in the settings: the colors of the light scheme, and those of the dark one. */
export type Colors = Given & { readonly dark?: Given | undefined };

const defaults = {
  light: {
    accent: '#2f4fd8',
    background: '#f4f5f8',
    card: '#ffffff',
    text: '#16181d',
    quietText: '#565d6b',
    border: '#7c8494',
  },
  dark: {
    accent: '#8fa4ff',
    background: '#101218',
    card: '#1a1d26',
    text: '#f0f2f7',
    quietText: '#a9b0bf',
    border: '#7d8596',
  },
};

/** Text: WCAG 2.2, 1.4.3. */
export const minTextContrast = 4.5;
/** Focus ring, edges of fields and buttons: WCAG 2.2, 1.4.11. */
export const minEdgeContrast = 3;

const textOn = (color: string): string =>
  contrast('#ffffff', color) >= minTextContrast ? '#ffffff' : '#000000';

const complete = (given: Given, fallback: Omit<Palette, 'accentText'>): Palette => {
  const accent = given.accent ?? fallback.accent;
  return {
    accent,
    accentText: given.accentText ?? textOn(accent),
    background: given.background ?? fallback.background,
    card: given.card ?? fallback.card,
    text: given.text ?? fallback.text,
    quietText: given.quietText ?? fallback.quietText,
    border: given.border ?? fallback.border,
  };
};

/** Completes the colors of a brand. The accent of the dark scheme is that of the light one, as light as it has to be. */
export const palettesOf = ({ dark: given = {}, ...light }: Colors): Palettes => {
  const dark = complete(given, defaults.dark);
  const accent =
    given.accent === undefined && light.accent !== undefined
      ? nearestColor(light.accent, [dark.background, dark.card], minEdgeContrast)
      : undefined;
  return {
    light: complete(light, defaults.light),
    dark: accent === undefined ? dark : complete({ ...given, accent }, defaults.dark),
  };
};
