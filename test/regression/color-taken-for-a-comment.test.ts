import { expect, test } from 'vitest';
import { faultsIn } from '../support/review.ts';

test('a color without quotes is a comment, and the fault says so', async () => {
  const text = `families:
  - id: ref
    brand: { colors: { dark: {
      accent: #8fb1ff
      } } }
`;
  expect(await faultsIn(text)).toContainEqual(
    'kinpass.yaml:4:7  families[0].brand.colors.dark.accent  must not be empty  → write it in quotes: "#rrggbb"',
  );
});
