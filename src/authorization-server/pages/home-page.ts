import type { Brand } from '#src/web/brand';
import { english } from '#src/web/messages/en';
import { type Guide, guidePage } from '#src/web/pages/guide';
import { homePage } from '#src/web/pages/home';
import { factsOf } from '../request-facts.ts';
import { devicePath } from './next-links.ts';
import { type PageContext, show } from './show.ts';

interface Deps {
  readonly brand: Brand;
  /** Instead of the page for viewers. */
  readonly guide: Guide | undefined;
}

/** The first page: quiet, unless who runs the gateway has something to show. */
export const createHomePage =
  ({ brand, guide }: Deps) =>
  (ctx: PageContext): void => {
    factsOf(ctx).brand = brand;
    if (guide) show(ctx, () => guidePage(guide), { texts: english });
    else show(ctx, (texts) => homePage(texts, { enterCode: devicePath }));
  };
