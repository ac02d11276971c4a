import type { Brand } from '#src/web/brand';
import { noticePage } from '#src/web/pages/notice';
import { factsOf } from '../request-facts.ts';
import { failurePage } from './failure-page.ts';
import { type PageContext, show } from './show.ts';

interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Tells a viewer that the listener refused the request before any page saw it. */
export const createRefusalPage =
  (neutral: Brand) =>
  (ctx: PageContext, { status, message }: Refusal): void => {
    factsOf(ctx).brand ??= neutral;
    show(
      ctx,
      (texts) => {
        if (status >= 500) return failurePage(texts);
        return noticePage({ mark: '!', title: texts.requestTitle, lead: texts.requestLead, detail: message });
      },
      { status },
    );
  };
