import type { Colors } from '#src/lib/palette';
import type { BrandConfig } from '../schema/brand.ts';

export const overlayColors = (below: Colors = {}, above: Colors = {}): Colors => ({
  ...below,
  ...above,
  dark: { ...below.dark, ...above.dark },
});

/** The brand of an app: its own settings over its family's; colors and links are laid over each other one by one. */
export const overlayBrand = (below: BrandConfig = {}, above: BrandConfig = {}) => ({
  ...below,
  ...above,
  colors: overlayColors(below.colors, above.colors),
  links: { ...below.links, ...above.links },
});
