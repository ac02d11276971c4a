import type { Page } from '#src/web/layout';
import type { Messages } from '#src/web/messages';
import { type Link, noticePage } from '#src/web/pages/notice';
import { startPage } from './next-links.ts';
import { referenceIn } from './reference.ts';

/** An unexpected fault of ours. `again`: the address of the request, if it can be sent again. */
export const failurePage = (texts: Messages, again?: string): Page => {
  const home = startPage(texts);
  const links: readonly [Link, ...Link[]] =
    again === undefined ? [home] : [{ href: again, label: texts.tryAgain }, home];
  return noticePage({
    mark: '!',
    title: texts.failureTitle,
    lead: texts.failureLead,
    links,
    reference: referenceIn(texts),
  });
};
