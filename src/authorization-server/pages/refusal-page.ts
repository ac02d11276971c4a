import { noticePage } from '#src/web/pages/notice';
import { type PageContext, show } from './show.ts';

/** Tells a viewer that the listener refused the request before any page saw it. */
export const showRefusal = (
  ctx: PageContext,
  { status, message }: { readonly status: number; readonly message: string },
): void =>
  show(
    ctx,
    (texts) => {
      if (status >= 500) return noticePage({ mark: '!', title: texts.failureTitle, lead: texts.failureLead });
      return noticePage({ mark: '!', title: texts.requestTitle, lead: texts.requestLead, detail: message });
    },
    { status },
  );
