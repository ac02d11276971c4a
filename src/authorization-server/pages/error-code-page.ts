import type { Brand } from '#src/web/brand';
import { english } from '#src/web/messages/en';
import { type ErrorDescription, errorCodePage } from '#src/web/pages/error-code';
import { factsOf } from '../request-facts.ts';
import { startPage } from './next-links.ts';
import { type PageContext, show } from './show.ts';

/** The page that the `helpUrl` of an error leads people to. */
export const createErrorCodePage =
  (brand: Brand) =>
  (ctx: PageContext, error: Omit<ErrorDescription, 'link'>): void => {
    factsOf(ctx).brand = brand;
    show(ctx, () => errorCodePage({ ...error, link: startPage(english) }), { texts: english });
  };
