import { z } from 'zod';
import { perLanguage } from '../per-language.ts';
import { httpUrl, readableFile, stylesheetFile, viewerText } from '../values.ts';

const localized = <Value extends z.ZodType>(value: Value) => z.union([value, perLanguage(value)]);

const shortText = localized(viewerText);
const url = localized(httpUrl);

/** `#rgb` or `#rrggbb`; in six lower-case digits after parsing. */
const color = z
  .string()
  .regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, 'must be a color such as "#2f4fd8"')
  .toLowerCase()
  .transform((hex) => (hex.length === 4 ? hex.replaceAll(/[0-9a-f]/g, '$&$&') : hex));

const palette = {
  accent: color.optional().describe('Main buttons and the focus ring'),
  accentText: color.optional().describe('Text on the accent; white or black by default'),
  background: color.optional().describe('Behind the card'),
  card: color.optional().describe('Behind the text of a page'),
  text: color.optional().describe('On the card'),
  quietText: color.optional().describe('Secondary text'),
  border: color.optional().describe('Edges of fields and buttons'),
};

const colors = z.strictObject({
  ...palette,
  dark: z.strictObject(palette).optional().describe('The same for viewers who prefer a dark scheme'),
});

const logo = z.strictObject({
  file: readableFile.describe('SVG, PNG or WebP, up to 256 KiB'),
  dark: readableFile.optional().describe('The same for viewers who prefer a dark scheme'),
  alt: shortText
    .optional()
    .describe('What the logo says, for viewers who cannot see it; the name by default'),
});

const links = z.strictObject({
  terms: url.optional().describe('Terms of use'),
  privacy: url.optional().describe('Privacy notice'),
  help: url.optional().describe('Help for viewers'),
});

export const brandSchema = z.strictObject({
  name: shortText
    .optional()
    .describe('Name at the top of the pages, one for all languages or one per language'),
  logo: logo.optional().describe('At the top of the pages, instead of the name'),
  favicon: readableFile.optional().describe('SVG, PNG or ICO, up to 64 KiB'),
  colors: colors
    .optional()
    .describe(
      'As "#rrggbb", in quotes, since # begins a comment in YAML; their contrast is checked at start-up',
    ),
  links: links
    .optional()
    .describe('At the bottom of every page, one URL for all languages or one per language'),
  stylesheet: stylesheetFile
    .optional()
    .describe('CSS applied after the built-in style sheet, up to 128 KiB; it cannot load anything'),
});

export type BrandConfig = z.output<typeof brandSchema>;
