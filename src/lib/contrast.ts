/** Colors as `#rrggbb`, sRGB. */

const channels = (color: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

const linear = (channel: number): number => {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

/** Relative luminance, 0 to 1 (WCAG 2.2). */
const luminance = (color: string): number => {
  const [red = 0, green = 0, blue = 0] = channels(color).map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** Contrast ratio, 1 to 21 (WCAG 2.2). */
export const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

/** `share` of the second color, 0 to 1, in the first. */
export const mix = (color: string, other: string, share: number): string => {
  const added = channels(other);
  const mixed = channels(color).map((value, index) => value + ((added[index] ?? 0) - value) * share);
  return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
};

/**
 * The color itself, or the nearest one, darker or lighter, whose contrast with each of the others is at least `min`.
 * Undefined where there is none.
 */
export const nearestColor = (color: string, others: readonly string[], min: number): string | undefined => {
  for (let step = 0; step <= 255; step += 1)
    for (const end of ['#000000', '#ffffff']) {
      const candidate = mix(color, end, step / 255);
      if (others.every((other) => contrast(candidate, other) >= min)) return candidate;
    }
  return undefined;
};
