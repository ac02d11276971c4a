import { contrast, nearestColor } from '#src/lib/contrast';
import { type Colors, minEdgeContrast, minTextContrast, type Palette, palettesOf } from '#src/lib/palette';
import { overlayColors } from '../brand/overlay.ts';
import type { Draft } from '../draft.ts';
import type { Finding, Path } from '../faults/fault.ts';

interface Pair {
  readonly front: keyof Palette;
  readonly back: keyof Palette;
  readonly min: number;
  readonly what: string;
}

const text = { min: minTextContrast, what: 'text' };
const edge = { min: minEdgeContrast, what: 'edges and the focus ring' };

const pairs: readonly Pair[] = [
  { front: 'text', back: 'background', ...text },
  { front: 'text', back: 'card', ...text },
  { front: 'quietText', back: 'background', ...text },
  { front: 'quietText', back: 'card', ...text },
  { front: 'accentText', back: 'accent', ...text },
  { front: 'accent', back: 'background', ...edge },
  { front: 'accent', back: 'card', ...edge },
  { front: 'border', back: 'background', ...edge },
  { front: 'border', back: 'card', ...edge },
];

/** Rounded down: 4.499 is not 4.5. */
const ratioText = (ratio: number): string => `${Math.floor(ratio * 100) / 100}:1`;

/** The nearest color that passes every pair that it is in front of, or this pair if it is behind. */
const cure = (palette: Palette, key: keyof Palette, { front, min }: Pair): string | undefined => {
  const others =
    key === front
      ? pairs.filter((pair) => pair.front === key).map(({ back }) => palette[back])
      : [palette[front]];
  const nearest = nearestColor(palette[key], others, min);
  return nearest && `"${nearest}"`;
};

/** Blames the color in front if `own` has it, else the one behind; what `own` does not have is not for it to change. */
const faintPairs = (path: Path, palette: Palette, own: Colors): Finding[] =>
  pairs.flatMap((pair) => {
    const { front, back, min, what } = pair;
    const ratio = contrast(palette[front], palette[back]);
    const key = own[front] === undefined ? back : front;
    if (ratio >= min || own[key] === undefined) return [];
    const colors = `${front} ${palette[front]} on ${back} ${palette[back]}`;
    const message = `is hard to see: ${colors} has a contrast of ${ratioText(ratio)}, and ${what} must have ${min}:1 (WCAG 2.2)`;
    return [{ path: [...path, key], message, write: cure(palette, key, pair) }];
  });

const faintColors = (path: Path, own: Colors | undefined, below?: Colors): Finding[] => {
  if (!own) return [];
  const { light, dark } = palettesOf(overlayColors(below, own));
  return [...faintPairs(path, light, own), ...faintPairs([...path, 'dark'], dark, own.dark ?? {})];
};

/** In both schemes viewers must be able to read texts, and to see fields, buttons and where the focus is. */
export const contrasts = ({ families = [], apps = [] }: Draft): Finding[] => [
  ...families.flatMap((family, index) =>
    faintColors(['families', index, 'brand', 'colors'], family?.brand?.colors),
  ),
  ...apps.flatMap((app, index) => {
    const family = families.find((candidate) => candidate?.id === app?.family);
    return faintColors(['apps', index, 'brand', 'colors'], app?.brand?.colors, family?.brand?.colors);
  }),
];
