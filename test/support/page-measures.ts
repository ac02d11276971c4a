import { source as axe } from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { contrast } from '#src/lib/contrast';
import { minEdgeContrast } from '#src/lib/palette';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const textsSchema = z.array(z.string());

/** What axe finds against WCAG 2.2 AA, as lines: `color-contrast: .lead`. */
export const violations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  return textsSchema.parse(
    await page.evaluate(`axe
      .run({ runOnly: { type: 'tag', values: ${JSON.stringify(standards)} } })
      .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target }) => id + ': ' + target.join(' '))))`),
  );
};

/** What is wider than the window, so that a reader must scroll to both sides (WCAG 1.4.10). */
export const tooWide = async (page: Page): Promise<string[]> =>
  textsSchema.parse(
    await page.evaluate(`[...document.querySelectorAll('body, body *')]
      .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .map((element) => element.outerHTML.slice(0, 80))`),
  );

/** Animations and transitions that run or would run. */
export const motions = async (page: Page): Promise<string[]> =>
  textsSchema.parse(
    await page.evaluate(`[...document.querySelectorAll('*')]
      .filter((element) => {
        const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
        return (animationName !== 'none' && parseFloat(animationDuration) > 0.01) ||
          transitionDuration.split(',').some((time) => parseFloat(time) > 0.01);
      })
      .map((element) => element.outerHTML.slice(0, 80))`),
  );

/** `rgb(47, 79, 216)` as `#2f4fd8`. */
const color = z.string().transform((text) => {
  const channels = text.match(/\d+/g) ?? [];
  return `#${channels.map((channel) => Number(channel).toString(16).padStart(2, '0')).join('')}`;
});

const focusSchema = z.object({ name: z.string(), width: z.number(), ring: color, behind: color });

const operable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';

/** One line for an element, the same whenever it is asked. */
const described = `((element) =>
  [element.tagName, element.getAttribute('href') ?? element.name, element.textContent.trim()].join(' '))`;

/** The element that has the focus, the ring around it, its width in pixels, and the color that the ring lies on. */
const focused = `() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const backgroundOf = (around) => getComputedStyle(around).backgroundColor;
  let around = element.parentElement;
  while (around.parentElement && backgroundOf(around) === 'rgba(0, 0, 0, 0)') around = around.parentElement;
  const width = outlineStyle === 'none' ? 0 : parseFloat(outlineWidth);
  return { name: ${described}(element), width, ring: outlineColor, behind: backgroundOf(around) };
}`;

export interface KeyboardWalk {
  /** What can be operated, in the order of the document. */
  readonly operable: readonly string[];
  /** What Tab reaches, in its order. */
  readonly reached: readonly string[];
  /** What shows no focus when it has it. */
  readonly unseen: readonly string[];
}

/** Walks the page with Tab, as the arrow keys of a remote or a switch do. */
export const walkByKeyboard = async (page: Page): Promise<KeyboardWalk> => {
  const expected = textsSchema.parse(
    await page.evaluate(`[...document.querySelectorAll('${operable}')]
      .filter((element) => element.checkVisibility())
      .map(${described})`),
  );
  await page.evaluate('document.activeElement?.blur()');
  const reached: string[] = [];
  const unseen: string[] = [];
  for (let times = 0; times < expected.length; times += 1) {
    await page.keyboard.press('Tab');
    const { name, width, ring, behind } = focusSchema.parse(await page.evaluate(`(${focused})()`));
    reached.push(name);
    if (width < 2 || contrast(ring, behind) < minEdgeContrast) unseen.push(`${name} (${ring} on ${behind})`);
  }
  return { operable: expected, reached, unseen };
};
