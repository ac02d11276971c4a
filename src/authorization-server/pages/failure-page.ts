import type { Page } from '#src/web/layout';
import type { Messages } from '#src/web/messages';
import { noticePage } from '#src/web/pages/notice';
import { referenceIn } from './reference.ts';

/** A fault of ours of which nothing else is known. */
export const failurePage = (texts: Messages): Page =>
  noticePage({
    mark: '!',
    title: texts.failureTitle,
    lead: texts.failureLead,
    reference: referenceIn(texts),
  });
